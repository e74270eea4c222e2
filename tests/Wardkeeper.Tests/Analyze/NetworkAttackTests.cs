using System.Text.Json;
using Wardkeeper.Analyze;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>Attacks on the network as they were recorded: each is found in its scene, its benign twin is silent, and so are an ordinary day and the demonstration.</summary>
public sealed class NetworkAttackTests : IDisposable
{
    private static readonly string[] Types =
    [
        "remote-service-created", "remote-task-created", "remote-wmi-execution", "remote-dcom-execution", "remote-shell-opened", "zerologon", "forced-authentication", "directory-copied", "service-tickets-harvested",
        "log-in-without-proof", "log-in-relayed", "remote-desktop-chain", "files-replaced", "beacon", "dns-tunnel", "random-names", "ping-tunnel", "tls-to-unnamed-host", "protocol-on-foreign-port",
        "unknown-protocol-on-web-port", "tls-to-another-name", "connection-flood", "packet-flood", "amplifier-abused", "slow-requests", "crash-packet", "stream-evasion", "indicator-hit",
    ];

    private static readonly string Samples = Path.Combine(SharedFiles.Project, "samples");
    private static readonly Lazy<Analysis> Attacks = new(() => Analysis.Of(Path.Combine(Samples, "attacks/hospital.pcap")));
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-test-").FullName;

    [Theory]
    [InlineData("dns-tunnel", "dns-tunnel", "attacker")]
    [InlineData("ransomware-sweep", "files-replaced", "attacker")]
    [InlineData("beacon", "beacon", null)]
    public void A_scene_is_found_in_its_time_and_its_twin_is_silent(string scene, string type, string? attacker)
    {
        JsonElement[] scenes = [.. File.ReadLines(Path.Combine(Samples, "attacks/truth/scenes.ndjson")).Select(line => JsonElement.Parse(line))];
        JsonElement attack = scenes.Single(one => Text(one, "name") == scene), twin = scenes.Single(one => Text(one, "name") == scene + "-twin");
        JsonElement finding = Assert.Single(Of(Attacks.Value, type));
        Assert.True(Within(attack, finding));
        Assert.False(Within(twin, finding));
        if (attacker is not null) Assert.Equal(Text(attack.GetProperty("facts"), attacker), Text(finding, "src"));
        Assert.Contains(Text(finding, "severity"), (string[])["medium", "high", "critical"]);
    }

    [Fact]
    public void Nothing_else_of_the_recorded_scenes_is_taken_for_an_attack_of_these() =>
        Assert.Equal(["beacon", "dns-tunnel", "files-replaced"], Attacks.Value.Rows("findings").Select(row => Text(row, "type")!).Where(Types.Contains).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("hospital-day")]
    [InlineData("demo")]
    public void An_ordinary_day_is_silent(string sample)
    {
        using Analysis day = Analysis.Of(Path.Combine(Samples, sample, "hospital.pcap"));
        Assert.DoesNotContain(day.Rows("findings"), row => Types.Contains(Text(row, "type")));
    }

    [Theory]
    [InlineData("corelight-petitpotam/PatchedDCUnauthenticatedTry.pcapng", "forced-authentication", "high")]
    [InlineData("corelight-zerologon/CVE-2020-1472_test_win2019.pcap", "zerologon", "critical")]
    [InlineData("suricata-verify/dcerpc/zerologon/input.pcap", "zerologon", "critical")]
    [InlineData("suricata-verify/dcerpc/dcerpc-dce-iface-01/20171220_smb_psexec_mimikatz_ticket_dump-s2.pcap", "remote-service-created", "medium")]
    [InlineData("suricata-verify/issue-3341-tcphdr-01/urgent11_cve_2019_12260.pcap", "crash-packet", "low")]
    [InlineData("corelight-asyncrat/9596cf60-0da6-47a7-a375-1f25ae32d843.pcap", "tls-to-unnamed-host", "medium")]
    [InlineData("corelight-asyncrat/cd010953-5faf-4054-86be-58c020c3a532.pcap", "tls-to-unnamed-host", "medium")]
    [InlineData("corelight-facefish/facefish_full.pcap", "unknown-protocol-on-web-port", "low")]
    [InlineData("lab/smb.pcap", "files-replaced", "critical")]
    [InlineData("lab/dns-tunnel.pcap", "dns-tunnel", "high")]
    [InlineData("ndpi/dns-tunnel-iodine.pcap", "dns-tunnel", "high")]
    [InlineData("ndpi/dns_exfiltration.pcap", "dns-tunnel", "high")]
    public void Recorded_attacks_are_found(string capture, string type, string severity)
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path("captures/" + capture));
        Assert.Equal(severity, Text(Assert.Single(Of(analysis, type)), "severity"));
    }

    [Theory]
    [InlineData("suricata-verify/krb5-kerberoasting/kerberoast.pcap")]
    [InlineData("lab/dhcp.pcap")]
    [InlineData("lab/vpn.pcap")]
    [InlineData("zeek/dhcp/dhcp_flood.pcap")]
    public void What_is_no_such_attack_or_too_little_of_one_is_silent(string capture)
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path("captures/" + capture));
        Assert.DoesNotContain(analysis.Rows("findings"), row => Types.Contains(Text(row, "type")));
    }

    [Fact]
    public void Indicators_are_looked_for_in_a_capture_and_tell_their_source()
    {
        string list = Write("feed.csv", "value,source,confidence,valid_until\n203.0.113.24,Sector CERT,90,\nbbvohbvyo.example,Sector CERT,80,\nedge.cdn.example,old list,90,2026-01-01\n");
        using Analysis analysis = Analysis.Of(new AnalyzeOptions { Files = [Path.Combine(Samples, "attacks/hospital.pcap")], IntelligenceFiles = [list] });
        JsonElement[] hits = [.. Of(analysis, "indicator-hit")];
        Assert.Contains(hits, hit => Text(hit, "title")!.Contains("203.0.113.24", StringComparison.Ordinal) && Text(hit, "severity") == "high");
        Assert.Contains(hits, hit => Text(hit, "title")!.Contains("bbvohbvyo.example is known from Sector CERT", StringComparison.Ordinal));
        // What expired before the capture is none.
        Assert.DoesNotContain(hits, hit => hit.GetRawText().Contains("edge.cdn.example", StringComparison.Ordinal));
    }

    [Fact]
    public void Damaged_files_of_indicators_are_refused_with_all_their_mistakes()
    {
        string one = Write("one.csv", "value\nnot an indicator\n"), other = Write("other.json", "{\"type\":\"bundle\"}");
        UserError error = Assert.Throws<UserError>(() => Analysis.Of(new AnalyzeOptions { Files = ["x.pcap"], IntelligenceFiles = [one, other, "/nowhere/list.csv"] }));
        Assert.Equal(3, error.Lines.Count);
        Assert.StartsWith($"{one}:2: ", error.Lines[0], StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string name, string content)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static bool Within(JsonElement scene, JsonElement finding) =>
        finding.GetProperty("ts").GetDouble() is var at && at >= scene.GetProperty("begin").GetDouble() - 0.001 && at <= scene.GetProperty("end").GetDouble() + 0.001;

    private static IEnumerable<JsonElement> Of(Analysis analysis, string type) => analysis.Rows("findings").Where(row => Text(row, "type") == type);

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
