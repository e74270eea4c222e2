using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A sensor that does not see what it should: packets dropped before they were read, a mirror that shows one direction only, bytes
/// missing in streams, a clock that jumps. While it lasts, silence of other detectors says nothing. Small losses, which every mirror
/// has, do not count, nor do streams that were already running when the capture began.
/// </summary>
internal sealed class SensorTrouble : IDetector, IDetector<FlowRecord>, IDetector<SensorReport>, IBlindSpans
{
    private const long FewestFlows = 50, FewestBytes = 1_000_000;
    private const int SpansKept = 500, SensorsKept = 64;
    private const double OneSidedShare = 0.5, GapShare = 0.02;
    private static readonly FindingType Drops = new("sensor-drops-packets", Severity.Medium, Duty.Operator);
    private static readonly FindingType OneSided = new("one-sided-traffic", Severity.Medium, Duty.Operator);
    private static readonly FindingType Gaps = new("capture-gaps", Severity.Low, Duty.Operator);
    private static readonly FindingType Clock = new("sensor-clock-jumps", Severity.Medium, Duty.Operator);
    private readonly RecentState<long, BlindWatch.Span> spans = new(SpansKept);
    private readonly RecentState<string, BlindWatch.Heard> sensors = new(SensorsKept);
    private readonly BlindWatch blind;
    private long streams, oneSided, bytes, missed;
    private Evidence? lastOneSided, lastGap;

    /// <summary>Makes it.</summary>
    public SensorTrouble() => blind = new BlindWatch(spans, sensors);

    /// <inheritdoc/>
    public IReadOnlyList<BlindSpan> Spans => blind.Spans;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("sensor-trouble", Drops, OneSided, Gaps, Clock);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.IsInterim || seen.View.Carrier != Carrier.Tcp) return;
        // A probe with a made-up sequence number looks like a stream with gigabytes missing: only streams that both sides took part in count.
        if (seen.OriginatorPackets > 0 && seen.ResponderPackets > 0)
        {
            bytes += seen.OriginatorBytes + seen.ResponderBytes;
            missed += seen.MissedBytes;
            if (seen.MissedBytes > 0) lastGap = seen.Evidence();
        }
        // Content or an acknowledgement without the other side proves that the other side spoke and was not seen; a SYN alone does not.
        bool spoke = seen.History.AsSpan().ContainsAny("DAda");
        if (!spoke) return;
        streams++;
        if (seen.OriginatorPackets > 0 && seen.ResponderPackets > 0) return;
        oneSided++;
        lastOneSided = seen.Evidence();
    }

    /// <inheritdoc/>
    public void Inspect(SensorReport seen, in Knowledge known, IFindingSink findings)
    {
        blind.Take(seen);
        long packets = seen.Counters.GetValueOrDefault("packets"), drops = seen.Counters.GetValueOrDefault("kernel-drops"), jumps = seen.Counters.GetValueOrDefault("clock-jump");
        if (drops > 0 && drops > (packets + drops) * BlindWatch.DropShare)
            Raise(Drops, seen, [new Fact("packets-lost", FlowFacts.Number(drops), "0"), Share(drops, packets + drops, BlindWatch.DropShare)], [FlowFacts.Number(drops), Percent(drops, packets + drops)], null, findings);
        if (jumps > 0) Raise(Clock, seen, [new Fact("clock-jumps", FlowFacts.Number(jumps), "0")], [FlowFacts.Number(jumps)], null, findings);
        if (streams >= FewestFlows && oneSided > streams * OneSidedShare)
            Raise(OneSided, seen, [new Fact("one-sided-flows", FlowFacts.Number(oneSided)), Share(oneSided, streams, OneSidedShare)], [FlowFacts.Number(oneSided), Percent(oneSided, streams)], lastOneSided, findings);
        if (bytes >= FewestBytes && missed > bytes * GapShare)
            Raise(Gaps, seen, [new Fact("bytes-missing", FlowFacts.Number(missed)), Share(missed, bytes, GapShare)], [FlowFacts.Number(missed), Percent(missed, bytes)], lastGap, findings);
        // Judged in portions that say something; small ones are carried over to the next report.
        if (streams >= FewestFlows) (streams, oneSided) = (0, 0);
        if (bytes >= FewestBytes) (bytes, missed) = (0, 0);
    }

    private static void Raise(FindingType type, SensorReport report, Fact[] facts, string[] arguments, Evidence? evidence, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = type,
        Subject = new Party(default),
        Discriminator = report.Sensor,
        Confidence = 0.95,
        Arguments = [report.Sensor, .. arguments],
        Facts = [new Fact("sensor", report.Sensor), .. facts],
        Evidence = evidence ?? new Evidence(report.At),
    });

    private static Fact Share(long part, long whole, double bound) => new("share", Percent(part, whole), "at most " + (bound * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %");

    private static string Percent(long part, long whole) => (whole == 0 ? 0 : part * 100.0 / whole).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
