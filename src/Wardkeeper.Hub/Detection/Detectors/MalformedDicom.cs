using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Somebody sends a DICOM server what no program sends by itself: several kinds of malformed protocol units within an hour, as fuzzing tools do; one of the few that have no honest
/// reason, such as lengths that would make a reader take all its memory or items nested beyond measure; or, again and again, connections to a port that speaks DICOM whose bytes are no protocol at all. Counted by sender. Silent on a
/// device that makes the same mistake in all its associations, since it is built so, on whatever looks in whether the port is open, on a PDU longer than agreed and untidy data sets, which are common, on losses of the capture, and on declared scanners.
/// </summary>
internal sealed class MalformedDicom : IDetector, IDetector<TransactionRow>, IDetector<FlowRecord>
{
    private const int Kept = 8192, PortsKept = 4096;

    /// <summary>Kinds of faults within <see cref="Window"/>: a faulty program shows one or two.</summary>
    private const int FewestKinds = 3;

    /// <summary>Connections without any protocol to DICOM ports within <see cref="Window"/>.</summary>
    private const int FewestGarbled = 20;

    /// <summary>Different lengths among them: whatever looks in regularly whether the port is open sends the same each time.</summary>
    private const int FewestLengths = 5;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1), Doubted = TimeSpan.FromDays(1);
    private static readonly FindingType Type = new("dicom-malformed", Severity.Medium, Duty.InformationDepartment, "T1210");

    /// <summary>Faults of untidy but honest programs; they count for nothing.</summary>
    private static readonly HashSet<string> Untidy =
    [
        "dicom.pdu-exceeds-maximum", "dicom.command-group-length", "dicom.context-id", "dicom.data-set-trailing", "dicom.value-representation", "dicom.malformed-uid", "dicom.message-id-reused", "dicom.file-meta", "dicom.data-set-missing",
        "dicom.data-set-truncated", "dicom.sequence-structure", "dicom.unexpected-pdu",
    ];

    /// <summary>Faults that have no honest reason.</summary>
    private static readonly HashSet<string> Plain = ["dicom.pdu-too-long", "dicom.item-overrun", "dicom.too-many-items", "dicom.command-too-long", "dicom.sequence-too-deep"];
    private readonly RecentState<Address, Faults> senders = new(Kept);
    private readonly RecentState<PortKey, Habit> ports = new(PortsKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("malformed-dicom", Type) { Logs = [DicomRows.Log] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { Carrier: Carrier.Tcp } flow || !seen.Is("association")) return;
        if (seen.Text("result"u8) == "accepted") ports.Of(new PortKey(flow.Server.Ip, flow.ServerPort)).Note(seen.Began);
        Judge(seen, flow.Client, flow.Server, seen.Texts("requestor_faults"u8), known, findings);
        Judge(seen, flow.Server, flow.Client, seen.Texts("acceptor_faults"u8), known, findings);
    }

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (seen.IsInterim || seen.Service is not null || seen.OriginatorBytes == 0 || seen.MissedBytes > 0 || !seen.IsAnswered() || known.Site.IsScanner(view.OriginatorAddress)) return;
        if (!known.Local.Contains(view.ResponderAddress) || ports.Find(new PortKey(view.ResponderAddress, view.ResponderPort)) is null) return;
        Faults faults = senders.Of(view.OriginatorAddress);
        faults.Turn(view.Began, Window);
        if (faults.Lengths.Count < FewestGarbled) faults.Lengths.Add(seen.OriginatorBytes);
        faults.Garbled++;
        if (faults.IsGarbling()) Raise(view.Originator, view.Responder, faults, seen.Evidence(), known, findings);
    }

    private void Judge(TransactionRow seen, Subject sender, Subject other, IReadOnlyList<string> found, in Knowledge known, IFindingSink findings)
    {
        if (found.Count == 0 || known.Site.IsScanner(sender.Ip) || (!known.Local.Contains(sender.Ip) && !known.Local.Contains(other.Ip))) return;
        Faults faults = senders.Of(sender.Ip);
        faults.Turn(seen.Began, Window);
        foreach (string fault in found.Where(fault => !Untidy.Contains(fault)))
        {
            bool isHabit = faults.Habit.Knows(fault, seen.Began) && seen.Began.Since(faults.Habit.Traits.GetValueOrDefault(fault, seen.Began)) > Doubted;
            if (isHabit) continue;
            faults.Kinds[fault] = faults.Kinds.GetValueOrDefault(fault) + 1;
        }
        if (faults.Kinds.Count >= FewestKinds || faults.Kinds.Keys.Any(Plain.Contains)) Raise(sender, other, faults, seen.Evidence(), known, findings);
    }

    private static void Raise(Subject sender, Subject other, Faults faults, Evidence evidence, in Knowledge known, IFindingSink findings)
    {
        bool isMany = faults.Kinds.Count >= FewestKinds || faults.IsGarbling();
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(sender),
            Severity = isMany ? null : Severity.Low,
            Confidence = isMany ? 0.8 : 0.6,
            Arguments = [FlowFacts.Number(faults.Kinds.Values.Sum() + faults.Garbled), other.Ip.ToString()],
            Facts =
            [
                new Fact("faults", faults.Kinds.Count == 0 ? "-" : string.Join(", ", faults.Kinds.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} ({one.Value})")), "none"),
                new Fact("garbled-connections", FlowFacts.Number(faults.Garbled), FlowFacts.Number(0)),
                new Fact("latest-peer", other.Ip.ToString()),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = evidence,
        });
    }

    /// <summary>A server and its port.</summary>
    internal sealed record PortKey(Address Server, ushort Port);

    /// <summary>What one machine sent.</summary>
    internal sealed class Faults
    {
        /// <summary>Faults it ever showed.</summary>
        public Habit Habit { get; set; } = new();

        /// <summary>Faults within the running hour, with how often.</summary>
        public Dictionary<string, int> Kinds { get; set; } = [];

        /// <summary>Connections without a protocol within the running hour.</summary>
        public int Garbled { get; set; }

        /// <summary>Different lengths of what those sent.</summary>
        public HashSet<long> Lengths { get; set; } = [];

        /// <summary>When the running hour began.</summary>
        public CaptureTime Began { get; set; }

        /// <summary>Whether those are so many and so different that somebody tries out what the port does.</summary>
        public bool IsGarbling() => Garbled >= FewestGarbled && Lengths.Count >= FewestLengths;

        /// <summary>Begins a new hour when the running one is over.</summary>
        public void Turn(CaptureTime at, TimeSpan window)
        {
            Habit.Note(at);
            if (at.Since(Began) <= window) return;
            (Began, Garbled) = (at, 0);
            Kinds.Clear();
            Lengths.Clear();
        }
    }
}
