using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// HL7 messages that are made to mislead or to choke whoever reads them. Hexadecimal escapes that bring in a block character of MLLP, or a line end and behind it a
/// segment with its delimiter. At least twenty thousand segments, or sixty-four different ones, in one message; standard messages have some thousands at the most. And framing that is
/// broken again and again: frames without an end or a header and text between frames, at least five times and in more than one of ten messages of a sender within an hour; from one that sent
/// fifty whole ones before it weighs more. Silent on line breaks written as escapes, on bare text without frames, and on a frame that breaks off now and then.
/// </summary>
internal sealed class MalformedMessage : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 4096, ManySegments = 20_000, ManyNames = 64, FewestFaults = 5, OneIn = 10, Established = 50;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly FindingType Framing = new("message-framing-abuse", Severity.Low, Duty.InformationDepartment, "T1499.004");
    private static readonly FindingType Escape = new("message-escape-injection", Severity.High, Duty.InformationDepartment, "T1565.002");
    private static readonly FindingType Segments = new("message-segment-flood", Severity.Medium, Duty.InformationDepartment, "T1499.003");
    private readonly RecentState<string, Sender> senders = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("malformed-message", Framing, Escape, Segments) { Logs = ["hl7"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (ClinicalMessage.Of(seen) is not { } message) return;
        if (seen.Text("injection"u8) is { } what)
        {
            Raise(Escape, message, null, what == "frame" ? 0.95 : 0.85, [message.Kind, message.From.Ip.ToString(), what], [new Fact("injected", what, "text"), new Fact("message-name", message.Name ?? "-")], known, findings);
        }
        IReadOnlyList<long> counts = seen.Numbers("segment_counts"u8);
        long all = counts.Sum();
        if (all >= ManySegments || counts.Count >= ManyNames)
        {
            string number = FlowFacts.Number(all);
            Raise(Segments, message, null, 0.8, [message.Kind, message.From.Ip.ToString(), number], [new Fact("segments", number, "some thousands"), new Fact("segment-names", FlowFacts.Number(counts.Count))], known, findings);
        }
        Frames(message, seen.Number("framing_faults"u8) ?? 0, known, findings);
    }

    private void Frames(ClinicalMessage message, long faults, in Knowledge known, IFindingSink findings)
    {
        Sender sender = senders.Of($"{message.From.Ip}|{message.To.Ip}");
        if (message.Row.At.Since(sender.Began) > Window) (sender.Began, sender.Messages, sender.Faults) = (message.Row.At, 0, 0);
        sender.Messages++;
        sender.Faults += faults;
        if (faults == 0) sender.Whole++;
        if (faults == 0 || sender.Faults < FewestFaults || sender.Faults * OneIn < sender.Messages) return;
        string number = FlowFacts.Number(sender.Faults);
        Raise(Framing, message, sender.Whole >= Established ? Severity.Medium : null, 0.7, [number, message.From.Ip.ToString(), message.To.Ip.ToString()],
            [new Fact("framing-faults", number, "0"), new Fact("messages-in-the-hour", FlowFacts.Number(sender.Messages)), new Fact("whole-before", FlowFacts.Number(sender.Whole))], known, findings);
    }

    private static void Raise(FindingType type, ClinicalMessage message, Severity? severity, double confidence, string[] arguments, Fact[] facts, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = type,
        Subject = known.Party(message.From),
        Peer = known.Party(message.To, message.ToPort),
        Severity = severity,
        Confidence = confidence,
        Arguments = arguments,
        Facts = [.. facts, new Fact("source-proof", "handshake")],
        Evidence = message.Evidence,
    });

    private sealed class Sender
    {
        public CaptureTime Began { get; set; }

        public long Messages { get; set; }

        public long Faults { get; set; }

        public long Whole { get; set; }
    }
}
