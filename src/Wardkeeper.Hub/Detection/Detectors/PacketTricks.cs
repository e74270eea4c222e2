using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Packets that no honest system sends. Headers that crash the stacks of embedded devices: land, ping of death, teardrop, options without a length, an urgent pointer of
/// zero, IP in IP whose length contradicts its fragments, names in DNS that point at themselves, DNS options of router advertisements with a wrong length, addresses of a port mapper that are none (the shapes of URGENT11, Ripple20, AMNESIA:33, NAME:WRECK and INFRA:HALT that
/// are visible on the wire). And tricks on whoever reads along: other content for bytes that were sent already, segments that die on the way. A sender's own fault
/// makes such a packet now and then, so one of them is told low; three weigh more, of streams told in two ways ten. A single packet's
/// sender may be forged. Silent on declared scanners, on packets whose checksum is wrong, and on fragments and segments that repeat what was sent.
/// </summary>
internal sealed class PacketTricks : IDetector, IDetector<Observation>
{
    private const int Kept = 8192, KindsKept = 16, Several = 3, ManyStreams = 10;
    private static readonly FindingType Crash = new("crash-packet", Severity.Low, Duty.InformationDepartment, "T1499.004");
    private static readonly FindingType Hidden = new("stream-evasion", Severity.Low, Duty.InformationDepartment, "T1562");
    private readonly RecentState<Address, Sent> sent = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("packet-tricks", Crash, Hidden);

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim { Kind: ClaimKind.Anomaly } claim || claim.Subject.Ip.IsNone || known.Site.IsScanner(claim.Subject.Ip)) return;
        FindingType? type = claim.Protocol switch
        {
            "ip" => Crash,
            // Who sends those looks for ports: see the detector of scans.
            "tcp" when claim.Value.Contains("no connection", StringComparison.Ordinal) => null,
            "tcp" => claim.Value.Contains("overlap", StringComparison.Ordinal) || claim.Value.Contains("dies", StringComparison.Ordinal) ? Hidden : Crash,
            "dns" => claim.Value.Contains("points", StringComparison.Ordinal) ? Crash : null,
            "nd" or "rpc" => claim.Value.Contains("CVE-", StringComparison.Ordinal) ? Crash : null,
            _ => null,
        };
        if (type is null) return;
        Sent all = sent.Of(claim.Subject.Ip);
        Dictionary<string, long> kinds = type == Crash ? all.Crashes : all.Tricks;
        if (kinds.Count < KindsKept || kinds.ContainsKey(claim.Value)) kinds[claim.Value] = kinds.GetValueOrDefault(claim.Value) + 1;
        long count = kinds.Values.Sum();
        // Broken captures and middle boxes make a stream or two of this kind.
        bool weighs = count >= (type == Crash ? Several : ManyStreams);
        bool isProven = claim.Protocol == "tcp" && claim.Origin != "tcp options";
        findings.Raise(new Sighting
        {
            Type = type,
            Subject = known.Party(claim.Subject),
            Severity = weighs ? Severity.Medium : null,
            Confidence = weighs ? 0.8 : 0.6,
            Arguments = [claim.Subject.Ip.ToString(), claim.Value],
            Facts =
            [
                new Fact("tricks", string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal))),
                new Fact("how-many", FlowFacts.Number(count)),
                new Fact("seen-in", claim.Origin),
                new Fact("source-proof", isProven ? "handshake" : "single packets"),
            ],
            Evidence = new Evidence(claim.At, claim.Uid, claim.Packet),
        });
    }

    internal sealed class Sent
    {
        public Dictionary<string, long> Crashes { get; set; } = [];

        public Dictionary<string, long> Tricks { get; set; } = [];
    }
}
