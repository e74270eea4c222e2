using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Tests.Analyze;

namespace Wardkeeper.Tests.Oracles;

/// <summary>Our ssl, x509 and ssh rows against Zeek's logs, tshark's JA3 and HASSH, and published JA4 values of the same captures.</summary>
public class EncryptedOracleTests
{
    private static readonly string[] SslFields =
    [
        "version", "cipher", "curve", "server_name", "resumed", "last_alert", "next_protocol", "established", "ssl_history",
        "cert_chain_fps", "client_cert_chain_fps", "subject", "issuer", "client_subject", "client_issuer", "sni_matches_cert",
    ];

    private static readonly string[] SshFields = ["version", "client", "server", "cipher_alg", "mac_alg", "compression_alg", "kex_alg", "host_key_alg"];

    /// <summary>Captures whose TLS is not ours to find, and why.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["irc-starttls.pcap"] = "begins inside IRC",
        ["pop3-starttls.pcap"] = "begins inside POP3",
        ["dtls1_2.pcap"] = "DTLS",
        ["webrtc-stun.pcap"] = "DTLS",
    };

    /// <summary>Fields that differ in a capture, and why.</summary>
    private static readonly Dictionary<string, (string[] Fields, string Reason)> Differences = new(StringComparer.Ordinal)
    {
        ["chrome-63.0.3211.0-canary-tls_experiment.pcap"] = (["resumed"], "an experiment on the way to TLS 1.3 echoes the session identifier without resuming"),
        ["tls1.2-late-protocol-error.pcap"] = (["ssl_history"], "the client sends garbage: Zeek stops, we go on with the server"),
    };

    [Fact]
    public void Connections_agree_with_Zeeks_ssl_log()
    {
        int compared = 0;
        foreach ((string capture, string log) in ZeekLog.Find(SharedFiles.Path("captures/zeek/tls"), "ssl"))
        {
            // One log was made from two captures and lies beside both.
            if (Elsewhere.ContainsKey(Path.GetFileName(capture)) || capture.EndsWith("ocsp-stapling-twimg.pcap", StringComparison.Ordinal)) continue;
            string[] fields = [.. SslFields.Except(Differences.GetValueOrDefault(Path.GetFileName(capture)).Fields ?? [])];
            compared += Compare(capture, log, "ssl", fields);
        }
        Assert.InRange(compared, 9, int.MaxValue);
    }

    [Fact]
    public void Certificates_agree_with_Zeeks_x509_log()
    {
        int compared = 0;
        foreach ((string capture, string log) in ZeekLog.Find(SharedFiles.Path("captures/zeek/tls"), "x509"))
        {
            if (Elsewhere.ContainsKey(Path.GetFileName(capture))) continue;
            using Analysis ours = Analysis.Of(capture);
            foreach (IReadOnlyDictionary<string, string> theirs in ZeekLog.Read(log))
            {
                string[] fields = [.. theirs.Keys.Where(static field => field != "ts")];
                string expected = string.Join('\n', fields.Select(field => $"{field} {theirs[field].Replace("\\x2c", ",", StringComparison.Ordinal).Replace(".000000", "", StringComparison.Ordinal)}"));
                Assert.Contains(expected, ours.Rows("x509").Select(row => string.Join('\n', fields.Select(field => $"{field} {ZeekLog.Show(row, field, false)}"))));
                compared++;
            }
        }
        Assert.InRange(compared, 8, int.MaxValue);
    }

    [Fact]
    public void Sessions_agree_with_Zeeks_ssh_log()
    {
        int compared = 0;
        foreach ((string capture, string log) in ZeekLog.Find(SharedFiles.Path("captures/zeek/ssh"), "ssh")) compared += Compare(capture, log, "ssh", SshFields);
        Assert.InRange(compared, 20, int.MaxValue);
    }

    [Fact]
    public void Clients_have_the_ja4_that_its_authors_computed()
    {
        int compared = 0;
        foreach (string file in Directory.EnumerateFiles(SharedFiles.Path("captures/ja4"), "*.ja4.json").Order(StringComparer.Ordinal))
        {
            string capture = file[..^".ja4.json".Length];
            // There TLS begins inside SOCKS.
            if (!File.Exists(capture) || capture.EndsWith("socks-https-example.pcap", StringComparison.Ordinal)) continue;
            using Analysis ours = Analysis.Of(capture);
            HashSet<string> seen = [.. ours.Rows("ssl").Concat(ours.Rows("quic")).Select(static row => $"{row.GetProperty("id.orig_p")} {ZeekLog.Show(row, "ja4", false)}")];
            using JsonDocument values = JsonDocument.Parse(File.ReadAllText(file));
            foreach (JsonElement one in values.RootElement.EnumerateArray())
            {
                if (!(one.TryGetProperty("JA4.1", out JsonElement value) || one.TryGetProperty("JA4", out value)) || value.GetString() is not ['t' or 'q', ..]) continue;
                Assert.True(seen.Contains($"{one.GetProperty("srcport")} {value}") || seen.Contains($"{one.GetProperty("dstport")} {value}"), $"{capture}: {one}");
                compared++;
            }
        }
        Assert.InRange(compared, 100, int.MaxValue);
    }

    [Theory]
    [InlineData("captures/zeek/tls/tls1.2.pcap")]
    [InlineData("captures/zeek/tls/hrr.pcap")]
    [InlineData("captures/ja4/tls-handshake.pcapng")]
    [InlineData("captures/ja4/browsers-x509.pcapng")]
    public void Fingerprints_agree_with_tshark(string shared)
    {
        string capture = SharedFiles.Path(shared);
        using Analysis ours = Analysis.Of(capture);
        HashSet<string> seen = [.. ours.Rows("ssl").Select(static row => $"{row.GetProperty("id.orig_p")} {ZeekLog.Show(row, "ja3", false)}")];
        IReadOnlyList<string[]> hellos = Tshark.Fields(capture, "tcp && tls.handshake.type == 1", "tcp.srcport", "tls.handshake.ja3");
        Assert.NotEmpty(hellos);
        Assert.All(hellos.DistinctBy(static hello => hello[0]), hello => Assert.Contains($"{hello[0]} {hello[1]}", seen));
    }

    [Theory]
    [InlineData("captures/joy/ssh-gex-sha256.pcap")]
    [InlineData("captures/scapy/ssh_ed25519.pcap")]
    [InlineData("captures/zeek/ssh/ssh_kex_curve25519.pcap")]
    public void Hassh_agrees_with_tshark(string shared)
    {
        string capture = SharedFiles.Path(shared);
        using Analysis ours = Analysis.Of(capture);
        foreach ((string field, string column) in (ReadOnlySpan<(string, string)>)[("ssh.kex.hassh", "hassh"), ("ssh.kex.hasshserver", "hassh_server")])
        {
            IEnumerable<string> theirs = Tshark.Fields(capture, field, field).Select(static row => row[0]).Distinct();
            Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Rows("ssh").Select(row => ZeekLog.Show(row, column, false)).Distinct().Order(StringComparer.Ordinal));
        }
    }

    private static int Compare(string capture, string log, string name, string[] fields)
    {
        using Analysis ours = Analysis.Of(capture);
        int compared = 0;
        foreach (IReadOnlyDictionary<string, string> theirs in ZeekLog.Read(log))
        {
            if (!theirs.ContainsKey("id.orig_p")) continue;
            string[] asked = [.. fields.Where(theirs.ContainsKey).Concat(["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"])];
            string expected = string.Join('\n', asked.Select(field => $"{field} {theirs[field].Replace("(empty)", "-", StringComparison.Ordinal)}"));
            Assert.Contains(expected, ours.Rows(name).Select(row => string.Join('\n', asked.Select(field => $"{field} {ZeekLog.Show(row, field, false)}"))));
            compared++;
        }
        return compared;
    }
}
