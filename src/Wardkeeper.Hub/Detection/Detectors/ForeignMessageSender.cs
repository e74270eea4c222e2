using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Who sends HL7, ASTM and POCT1-A, and under which name. A machine that uses the name of another one at the same receiver while that one still sends: a name with a
/// serial number or an EUI-64 belongs to one machine (not POCT1-A, whose devices move from dock to dock); a name that one machine alone has used for twenty messages and an hour is its own; and a machine that takes two
/// names of others within an hour poses whatever the history. A machine that was never heard of by a receiver which has been listened to for a week. And a machine that for six hours
/// and twenty messages only reported, and now places orders, or changes patients' or master data. Silent on declared HL7 servers, on interface engines (they receive too and
/// pass on), on names that several machines share from the beginning, on one that took over from a machine which went silent, and on one device with several addresses.
/// A second machine of the same type, or of unknown one, is only told: it may be another node.
/// </summary>
internal sealed class ForeignMessageSender : IDetector, IDetector<TransactionRow>
{
    private const int RoutesKept = 8192, HostsKept = 8192, PairsKept = 16_384, ListKept = 32, SendersKept = 1024, Established = 20, SecondNode = 20, TwoNames = 2, FewestAtReceiver = 100;
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1), OfRole = TimeSpan.FromHours(6), Silent = TimeSpan.FromHours(24), Learning = TimeSpan.FromDays(7);
    private static readonly FindingType Poses = new("message-sender-impersonated", Severity.High, Duty.InformationDepartment, "T1036");
    private static readonly FindingType Unknown = new("message-sender-unknown", Severity.Low, Duty.InformationDepartment, "T1199");
    private static readonly FindingType OutsideRole = new("message-outside-role", Severity.Low, Duty.ClinicalEngineering, "T0855");
    private readonly RecentState<string, Owner> owners = new(RoutesKept);
    private readonly RecentState<Address, Host> hosts = new(HostsKept);
    private readonly RecentState<string, Receiver> receivers = new(HostsKept);
    private readonly RecentState<string, Pair> pairs = new(PairsKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("foreign-message-sender", Poses, Unknown, OutsideRole) { Logs = ClinicalMessage.Logs };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (ClinicalMessage.Of(seen) is not { } message) return;
        hosts.Of(message.To.Ip).Received++;
        bool isDeclared = known.Site.IsServer(message.From.Ip, "hl7");
        if (message.Name is not null && !isDeclared) Names(message, known, findings);
        if (message.Row.Log == "poct1a" && message.Name is null) return;
        Hears(message, isDeclared, known, findings);
        if (message.Row.Log == "hl7") Plays(message, isDeclared, known, findings);
    }

    private void Names(ClinicalMessage message, in Knowledge known, IFindingSink findings)
    {
        CaptureTime now = message.Row.At;
        Owner owner = owners.Of(message.Route);
        if (owner.Messages == 0 || ClinicalMessage.IsSame(owner.Subject, message.From, in known) || now.Since(owner.Last) > Silent)
        {
            // Whoever goes on alone after the other one went silent took over.
            if (owner.Messages == 0 || now.Since(owner.Last) > Silent) (owner.First, owner.Messages, owner.IsShared, owner.Subject) = (now, 0, false, message.From);
            owner.Messages++;
            owner.Last = now;
            return;
        }
        long sent = owner.Others.Count < ListKept || owner.Others.ContainsKey(message.From.Ip) ? owner.Others[message.From.Ip] = owner.Others.GetValueOrDefault(message.From.Ip) + 1 : 1;
        bool isEstablished = owner.Messages >= Established && owner.Last.Since(owner.First) >= OneHour && !owner.IsShared;
        Host host = hosts.Of(message.From.Ip);
        foreach (string old in host.Names.Where(name => now.Since(name.Value) > OneHour).Select(name => name.Key).ToList()) host.Names.Remove(old);
        if (host.Names.Count < ListKept) host.Names[message.Route] = now;
        if (host.Received > 0 || owner.IsShared) return;
        bool isOfOne = message.IsNameOfOne && message.Row.Log != "poct1a" && now.Since(owner.Last) <= OneHour, isMany = host.Names.Count >= TwoNames;
        if (!isOfOne && !isMany && !isEstablished)
        {
            owner.IsShared = sent >= TwoNames;
            return;
        }
        bool isOther = IsOfOtherKind(owner.Subject, message.From, now, known);
        if (sent >= SecondNode && !isOther && !isMany) owner.IsShared = true;
        Severity severity = isMany || isOther ? Severity.High : isOfOne ? Severity.Medium : Severity.Low;
        Raise(Poses, message, known.Party(message.From), known.Party(message.To, message.ToPort), severity, severity == Severity.Low ? 0.5 : isMany ? 0.9 : 0.75, [message.From.Ip.ToString(), message.Name!, owner.Subject.Ip.ToString()],
        [
            new Fact("message-name", message.Name!),
            new Fact("sent-by", message.From.Ip.ToString(), owner.Subject.Ip.ToString()),
            new Fact("names-of-others", FlowFacts.Number(host.Names.Count), "0"),
            new Fact("messages-of-owner", FlowFacts.Number(owner.Messages)),
        ], findings);
    }

    /// <summary>Whether the other machine is known to be of another kind than the owner of the name: a second node would be of the same.</summary>
    private static bool IsOfOtherKind(Subject owner, Subject other, CaptureTime now, in Knowledge known)
    {
        DeviceFacts? one = known.Devices.Of(owner), two = known.Devices.Of(other);
        return one?.Type is { } type && two is not null && two.Type != type && (two.Type is not null || now.Since(two.FirstSeen) <= Silent);
    }

    private void Hears(ClinicalMessage message, bool isDeclared, in Knowledge known, IFindingSink findings)
    {
        Receiver receiver = receivers.Of($"{message.Row.Log}|{message.To.Ip}");
        if (receiver.Messages++ == 0) receiver.First = message.Row.At;
        if (receiver.Senders.Contains(message.From.Ip) || receiver.Senders.Count == SendersKept) return;
        receiver.Senders.Add(message.From.Ip);
        if (isDeclared || receiver.Messages < FewestAtReceiver || message.Row.At.Since(receiver.First) < Learning) return;
        // Told of the receiver, so that many senders are one finding.
        Raise(Unknown, message, known.Party(message.To, message.ToPort), null, null, 0.6, [message.From.Ip.ToString(), message.To.Ip.ToString(), message.Kind],
            [new Fact("latest-peer", message.From.Ip.ToString()), new Fact("message-name", message.Name ?? "-"), new Fact("senders-before", FlowFacts.Number(receiver.Senders.Count - 1))], findings);
    }

    private void Plays(ClinicalMessage message, bool isDeclared, in Knowledge known, IFindingSink findings)
    {
        string role = Role(message.Kind);
        Pair pair = pairs.Of($"{message.From.Ip}|{message.To.Ip}");
        if (pair.Messages++ == 0) pair.First = message.Row.At;
        if (pair.Roles.Contains(role)) return;
        bool isNew = role != "report" && pair.Messages > Established && message.Row.At.Since(pair.First) >= OfRole && pair.Roles.SetEquals(["report"]);
        pair.Roles.Add(role);
        if (!isNew || isDeclared) return;
        Party sender = known.Party(message.From);
        Raise(OutsideRole, message, sender, known.Party(message.To, message.ToPort), sender.Device?.IsMedical == true ? Severity.Medium : null, 0.7, [message.From.Ip.ToString(), message.Kind, message.To.Ip.ToString()],
            [new Fact("message-type", message.Kind, "results and alarms"), new Fact("messages-before", FlowFacts.Number(pair.Messages - 1)), new Fact("device-type", sender.Device?.Type ?? "-")], findings);
    }

    private static string Role(string kind) => kind.Split('^')[0] switch
    {
        "ORM" or "OMG" or "OMI" or "OML" or "OMP" or "RDE" or "RGV" or "RDS" => "order",
        "ADT" => "registry",
        "MFN" => "master-data",
        _ => "report",
    };

    private static void Raise(FindingType type, ClinicalMessage message, Party subject, Party? peer, Severity? severity, double confidence, string[] arguments, Fact[] facts, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = type,
        Subject = subject,
        Peer = peer,
        Severity = severity,
        Confidence = confidence,
        Arguments = arguments,
        Facts = [.. facts, new Fact("source-proof", "handshake")],
        Evidence = message.Evidence,
    });

    private sealed class Owner
    {
        public Subject Subject { get; set; }

        public CaptureTime First { get; set; }

        public CaptureTime Last { get; set; }

        public long Messages { get; set; }

        public bool IsShared { get; set; }

        public Dictionary<Address, long> Others { get; set; } = [];
    }

    private sealed class Host
    {
        public long Received { get; set; }

        public Dictionary<string, CaptureTime> Names { get; set; } = [];
    }

    private sealed class Receiver
    {
        public CaptureTime First { get; set; }

        public long Messages { get; set; }

        public HashSet<Address> Senders { get; set; } = [];
    }

    private sealed class Pair
    {
        public CaptureTime First { get; set; }

        public long Messages { get; set; }

        public HashSet<string> Roles { get; set; } = [];
    }
}
