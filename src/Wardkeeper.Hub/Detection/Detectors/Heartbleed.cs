using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A heartbeat of TLS that asks for more than it brings (CVE-2014-0160): a flawed server answers with what lies in its memory, keys and passwords among it. No honest
/// program sends one (RFC 6520, section 4, has it dropped), so one is enough. Silent on declared scanners.
/// </summary>
internal sealed class Heartbleed : IDetector, IDetector<TransactionRow>
{
    private static readonly FindingType Type = new("heartbleed", Severity.High, Duty.InformationDepartment, "T1190");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("heartbleed", Type) { Logs = ["ssl"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Number("heartbeat_overread"u8) is not { } overread || known.Site.IsScanner(flow.Client.Ip)) return;
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server, flow.ServerPort),
            Confidence = 0.97,
            Arguments = [flow.Client.Ip.ToString(), flow.Server.Ip.ToString(), FlowFacts.Number(overread)],
            Facts = [new Fact("bytes-beyond", FlowFacts.Number(overread), "0"), new Fact("port", FlowFacts.Port(flow.Carrier, flow.ServerPort)), new Fact("source-proof", "handshake")],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "ssl"),
        });
    }
}
