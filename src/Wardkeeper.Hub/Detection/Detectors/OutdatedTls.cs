using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// TLS that no longer protects: SSL 2.0 and 3.0, TLS 1.0 and 1.1 (RFC 8996), and suites without encryption, without a known server, or
/// with export, RC4, DES or 3DES ciphers. The finding is about the side that cannot do better: the client when it offered nothing
/// newer, else the server. Silent on connections the server refused, and on declared scanners, which offer old versions on purpose.
/// </summary>
internal sealed class OutdatedTls : IDetector, IDetector<TransactionRow>
{
    private static readonly FindingType Type = new("outdated-tls", Severity.Medium, Duty.ClinicalEngineering, "T1557", IsExposure: true);
    private static readonly string[] Old = ["SSLv2", "SSLv3", "TLSv10", "TLSv11"];
    private static readonly string[] Broken = ["_NULL_", "_anon_", "EXPORT"], Weak = ["_RC4_", "_DES_", "_DES40_", "_3DES_", "_RC2_"];

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("outdated-tls", Type) { Logs = ["ssl"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Text("version"u8) is not { } version || known.Site.IsScanner(flow.Client.Ip)) return;
        string cipher = seen.Text("cipher"u8) ?? "";
        bool isOld = Old.Contains(version), isBroken = Broken.Any(cipher.Contains), isWeak = Weak.Any(cipher.Contains);
        if (!isOld && !isBroken && !isWeak) return;
        // A refused handshake shows what was tried, not what is spoken.
        if (seen.Flag("established"u8) != true && seen.Text("last_alert"u8) is not null) return;
        bool isClient = isOld && seen.Text("offered_version"u8) is { } offered && Old.Contains(offered);
        (Subject who, Subject other) = isClient ? (flow.Client, flow.Server) : (flow.Server, flow.Client);
        if (!known.Local.Contains(who.Ip)) return;
        string spoken = Name(version);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(who, isClient ? (ushort)0 : flow.ServerPort),
            Discriminator = isClient ? "client" : FlowFacts.Port(Carrier.Tcp, flow.ServerPort),
            Severity = version.StartsWith("SSL", StringComparison.Ordinal) || isBroken ? Severity.High : null,
            Confidence = 0.97,
            Arguments = [spoken, cipher, isClient ? "client" : FlowFacts.Port(flow.Carrier, flow.ServerPort)],
            Facts =
            [
                new Fact("tls-version", spoken, "TLS 1.2 or newer"),
                new Fact("cipher", cipher.Length == 0 ? "-" : cipher, isBroken || isWeak ? "a suite with AES-GCM or ChaCha20" : null),
                new Fact("side", isClient ? "client" : "server"),
                new Fact("latest-peer", other.Ip.ToString()),
            ],
            ReachedFrom = isClient ? null : known.NetworkOf(flow.Client.Ip),
            Evidence = new Evidence(seen.At, flow.Uid, 0, "ssl"),
        });
    }

    private static string Name(string version) => version switch
    {
        "SSLv2" => "SSL 2.0",
        "SSLv3" => "SSL 3.0",
        "TLSv10" => "TLS 1.0",
        "TLSv11" => "TLS 1.1",
        "TLSv12" => "TLS 1.2",
        "TLSv13" => "TLS 1.3",
        _ => version,
    };
}
