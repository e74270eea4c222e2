using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Patients' data that a machine asks for which never did: queries of HL7 (QRY, QBP) and ASTM (Q records), requests of POCT1-A, associations of Data Export, and reads and
/// subscriptions of SDC. Told of whoever holds the data when others have asked it for a day and at least ten times, or when it took a hundred HL7 messages in a day and
/// nobody ever asked; and, whatever the history, when the machine that asks sent under two names of which another machine sent before. Silent on declared HL7 servers and on those that asked
/// from the beginning. What is only listened to on the way leaves no trace here: see address-shared.
/// </summary>
internal sealed class ClinicalDataQueried : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192, AskersKept = 256, NamesKept = 32, FewestAsked = 10, FewestTaken = 100, TwoNames = 2;
    private static readonly TimeSpan Learning = TimeSpan.FromDays(1);
    private static readonly FindingType Type = new("clinical-data-queried", Severity.Low, Duty.InformationDepartment, "T1213");
    private readonly RecentState<string, Holder> holders = new(Kept);
    private readonly RecentState<string, Name> names = new(Kept);
    private readonly RecentState<Address, Host> hosts = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("clinical-data-queried", Type) { Logs = [.. ClinicalMessage.Logs, "data_export", "dpws"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Log is "data_export" or "dpws")
        {
            if (seen.Flow is { } flow && !flow.OriginatorAddress.IsNone && Reads(seen) is { } what) Asks(new Question(seen, flow, flow.Client, flow.Server, flow.ServerPort, what), known, findings);
            return;
        }
        if (ClinicalMessage.Of(seen) is not { } message) return;
        if (message.IsQuery) Asks(new Question(seen, message.Flow, message.From, message.To, message.ToPort, message.Kind), known, findings);
        else Takes(message, in known);
    }

    private static string? Reads(TransactionRow seen) => seen.Log == "data_export"
        ? seen.Text("kind"u8) == "association" && seen.Text("status"u8) == "accepted" ? "association" : null
        : seen.Text("profile"u8) == "sdc" && seen.Text("action"u8) is "GetMdib" or "GetMdState" or "GetContextStates" or "Subscribe" ? seen.Text("action"u8) : null;

    private void Takes(ClinicalMessage message, in Knowledge known)
    {
        Holder holder = holders.Of($"{message.Row.Log}|{message.To.Ip}");
        if (holder.Taken++ == 0 && holder.Asked == 0) holder.First = message.Row.At;
        if (message.Name is null) return;
        Name name = names.Of(message.Route);
        if (name.Messages++ == 0) name.First = message.From;
        else if (!ClinicalMessage.IsSame(name.First, message.From, in known) && hosts.Of(message.From.Ip) is { } host && host.Names.Count < NamesKept) host.Names.Add(message.Route);
    }

    private void Asks(Question question, in Knowledge known, IFindingSink findings)
    {
        Holder holder = holders.Of($"{question.Row.Log}|{question.Holder.Ip}");
        if (holder.Asked++ == 0 && holder.Taken == 0) holder.First = question.Row.At;
        Host? host = hosts.Find(question.By.Ip);
        bool poses = host is not null && host.Names.Count >= TwoNames;
        bool isKnown = holder.Askers.Contains(question.By.Ip), isLearned = question.Row.At.Since(holder.First) >= Learning && (holder.Asked > FewestAsked || (holder.Asked == 1 && holder.Taken >= FewestTaken));
        if (holder.Askers.Count < AskersKept) holder.Askers.Add(question.By.Ip);
        if (!poses && (isKnown || !isLearned || known.Site.IsServer(question.By.Ip, "hl7"))) return;
        // Told of the holder, so that many who ask are one finding.
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(question.Holder, question.Port),
            Severity = poses ? Severity.High : null,
            Confidence = poses ? 0.85 : 0.6,
            Arguments = [question.By.Ip.ToString(), question.Holder.Ip.ToString(), question.What],
            Facts =
            [
                new Fact("latest-peer", question.By.Ip.ToString()),
                new Fact("asked-for", question.What),
                new Fact("askers-before", FlowFacts.Number(holder.Askers.Count - 1)),
                new Fact("names-of-others", FlowFacts.Number(host?.Names.Count ?? 0), "0"),
                new Fact("source-proof", question.Flow.Carrier == Carrier.Udp ? "single packets" : "handshake"),
            ],
            Evidence = new Evidence(question.Row.At, question.Flow.Uid, question.Flow.FirstPacket, question.Row.Log),
        });
    }

    private readonly record struct Question(TransactionRow Row, FlowView Flow, Subject By, Subject Holder, ushort Port, string What);

    private sealed class Holder
    {
        public CaptureTime First { get; set; }

        public long Asked { get; set; }

        public long Taken { get; set; }

        public HashSet<Address> Askers { get; set; } = [];
    }

    private sealed class Name
    {
        public Subject First { get; set; }

        public long Messages { get; set; }
    }

    private sealed class Host
    {
        public HashSet<string> Names { get; set; } = [];
    }
}
