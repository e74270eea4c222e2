using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Data inside of pings. An echo brings back what was sent; where answers of one conversation are of another size than the questions, or are a tenth more in number,
/// something else travels in them. Silent on ordinary pings, whatever their size and number; on answers that were lost or not seen; on ICMP's errors, which
/// quote a packet; and on fewer than twenty packets or two kilobytes.
/// </summary>
internal sealed class PingTunnel : IDetector, IDetector<FlowRecord>
{
    private const int FewestPackets = 20, FewestBytes = 2000, SmallestDifference = 16, FewestUnasked = 20;
    private static readonly FindingType Type = new("ping-tunnel", Severity.Medium, Duty.InformationDepartment, "T1095");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("ping-tunnel", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        // Echo of IPv4 is 8, of IPv6 128.
        if (view.Carrier != Carrier.Icmp || view.OriginatorPort is not (8 or 128) || seen.OriginatorPackets < FewestPackets || seen.ResponderPackets < FewestPackets) return;
        if (view.ResponderAddress.IsMulticastOrBroadcast || !(known.Local.Contains(view.OriginatorAddress) || known.Local.Contains(view.ResponderAddress))) return;
        double asked = (double)seen.OriginatorBytes / seen.OriginatorPackets, answered = (double)seen.ResponderBytes / seen.ResponderPackets;
        bool isUneven = Math.Abs(asked - answered) >= SmallestDifference, isUnasked = seen.ResponderPackets - seen.OriginatorPackets >= FewestUnasked && seen.ResponderPackets * 10 > seen.OriginatorPackets * 11;
        if (!(isUneven || isUnasked) || seen.OriginatorBytes + seen.ResponderBytes < FewestBytes) return;
        bool leaves = !known.Local.Contains(view.ResponderAddress) || !known.Local.Contains(view.OriginatorAddress);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(view.Originator),
            Peer = known.Party(view.Responder),
            Severity = leaves ? Severity.High : null,
            Confidence = isUneven && isUnasked ? 0.9 : 0.75,
            Arguments = [view.OriginatorAddress.ToString(), view.ResponderAddress.ToString()],
            Facts =
            [
                new Fact("bytes-a-question", Bytes(asked)),
                new Fact("bytes-an-answer", Bytes(answered), Bytes(asked)),
                new Fact("questions", FlowFacts.Number(seen.OriginatorPackets)),
                new Fact("answers-seen", FlowFacts.Number(seen.ResponderPackets), FlowFacts.Number(seen.OriginatorPackets)),
                new Fact("source-proof", "single packets"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private static string Bytes(double value) => value.ToString("0", System.Globalization.CultureInfo.InvariantCulture);
}
