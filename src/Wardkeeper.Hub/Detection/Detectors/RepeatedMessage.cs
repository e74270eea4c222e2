using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A message of HL7, ASTM or POCT1-A that was sent before: byte for byte by another machine, which is a replay, or under the same control id with other content,
/// which is an alteration. Known by what the sender calls itself, the receiver and the control id (ASTM: specimen and time). Silent on a retransmission, the same
/// bytes from the same machine; on a sender that mends what was refused, that stamps each try with a new time, or that reuses its control ids; on a second node of a
/// sender that also sends messages of its own; and on corrections, which have a control id of their own. A repetition of what nobody had acknowledged, from another
/// machine, may be a fail-over and weighs little. Connections are needed to send such messages, so that the sender's address is proven by a handshake.
/// </summary>
internal sealed class RepeatedMessage : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 65_536, RoutesKept = 4096, HostsKept = 16, FewestOfItsOwn = 5, FewestOfSender = 20;
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);
    private static readonly FindingType Replay = new("message-replayed", Severity.High, Duty.InformationDepartment, "T0856");
    private static readonly FindingType Alteration = new("message-altered", Severity.High, Duty.InformationDepartment, "T1565.002");
    private readonly RecentState<string, Sent> sent = new(Kept);
    private readonly RecentState<string, Senders> routes = new(RoutesKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("repeated-message", Replay, Alteration) { Logs = ClinicalMessage.Logs };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (ClinicalMessage.Of(seen) is not { Id: { } id, Digest: { } digest } message) return;
        Senders route = routes.Of(message.Route);
        route.Messages++;
        string key = $"{message.Route}|{id}";
        if (sent.Find(key) is not { } before || seen.At.Since(before.At) > Remembered)
        {
            if (route.Own.Count < HostsKept || route.Own.ContainsKey(message.From.Ip)) route.Own[message.From.Ip] = route.Own.GetValueOrDefault(message.From.Ip) + 1;
            Keep(sent.Of(key), message, digest);
            return;
        }
        bool isSame = ClinicalMessage.IsSame(before.From, message.From, in known), isEqual = before.Digest == digest;
        if (isEqual)
        {
            before.WasAccepted |= message.IsAccepted && isSame;
            if (!isSame && route.Own.GetValueOrDefault(message.From.Ip) < FewestOfItsOwn) Replayed(message, before, known, findings);
            return;
        }
        bool isToldAnew = message.Results.Count > 0 && before.Results == Results(message) && before.Patient == message.Patient;
        if (isSame) Again(message, before, route, isToldAnew, known, findings);
        else if (route.Own.GetValueOrDefault(message.From.Ip) < FewestOfItsOwn && (before.Time == message.Time || before.Patient == message.Patient))
        {
            if (isToldAnew) Replayed(message, before, known, findings);
            else Altered(message, before, isOfAnother: true, known, findings);
        }
        if (isSame) Keep(before, message, digest);
    }

    /// <summary>The same machine says something else under the same control id: an alteration on the way, if this sender does not do so.</summary>
    private static void Again(ClinicalMessage message, Sent before, Senders route, bool isToldAnew, in Knowledge known, IFindingSink findings)
    {
        bool isOfSameMoment = before.Time is not null && before.Time == message.Time, isOfSameResult = message.ObservedAt is not null && before.ObservedAt == message.ObservedAt && before.Patient == message.Patient;
        if (before.WasRefused || isToldAnew || message.IsTest || !(isOfSameMoment || isOfSameResult))
        {
            route.Reused++;
            return;
        }
        // Counters that begin anew, or a constant for a control id, are common: only a sender that never did so is believed.
        if (route.Messages >= FewestOfSender && route.Reused == 0) Altered(message, before, isOfAnother: false, known, findings);
        route.Reused++;
    }

    private static void Replayed(ClinicalMessage message, Sent before, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Replay,
        Subject = known.Party(message.From),
        Peer = known.Party(message.To, message.ToPort),
        Severity = before.WasAccepted ? null : Severity.Low,
        Confidence = before.WasAccepted ? 0.95 : 0.5,
        Arguments = [message.Kind, message.From.Ip.ToString(), before.From.Ip.ToString()],
        Facts = Facts(message, before, "none"),
        Evidence = message.Evidence,
    });

    private static void Altered(ClinicalMessage message, Sent before, bool isOfAnother, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Alteration,
        Subject = known.Party(message.From),
        Peer = known.Party(message.To, message.ToPort),
        Severity = isOfAnother ? null : Severity.Medium,
        Confidence = isOfAnother ? 0.95 : 0.75,
        Arguments = [message.Kind, message.From.Ip.ToString(), before.From.Ip.ToString()],
        Facts = Facts(message, before, before.Patient != message.Patient ? "patient" : before.Results != Results(message) ? "results" : before.Amount != Amount(message) ? "amount" : "content"),
        Evidence = message.Evidence,
    });

    private static Fact[] Facts(ClinicalMessage message, Sent before, string differs) =>
    [
        new Fact("message-name", message.Name ?? "-"),
        new Fact("control-id", message.Id!, "a new one for each message"),
        new Fact("sent-by", message.From.Ip.ToString(), before.From.Ip.ToString()),
        new Fact("differs", differs, "none"),
        new Fact("message-digest", message.Digest!, before.Digest),
        new Fact("source-proof", "handshake"),
    ];

    private static void Keep(Sent entry, ClinicalMessage message, string digest)
    {
        (entry.Digest, entry.From, entry.At, entry.Time, entry.ObservedAt) = (digest, message.From, message.Row.At, message.Time, message.ObservedAt);
        (entry.Patient, entry.Results, entry.Amount, entry.WasAccepted, entry.WasRefused) = (message.Patient, Results(message), Amount(message), message.IsAccepted, message.IsRefused);
    }

    private static string Results(ClinicalMessage message) => string.Join(',', message.Results.Select(result => $"{result.Code}{result.Place}{result.Value}"));

    private static double? Amount(ClinicalMessage message) => message.Row.Real("give_amount"u8);

    private sealed class Sent
    {
        public string Digest { get; set; } = "";

        public Subject From { get; set; }

        public CaptureTime At { get; set; }

        public string? Time { get; set; }

        public string? ObservedAt { get; set; }

        public string? Patient { get; set; }

        public string Results { get; set; } = "";

        public double? Amount { get; set; }

        public bool WasAccepted { get; set; }

        public bool WasRefused { get; set; }
    }

    private sealed class Senders
    {
        public long Messages { get; set; }

        public long Reused { get; set; }

        public Dictionary<Address, long> Own { get; set; } = [];
    }
}
