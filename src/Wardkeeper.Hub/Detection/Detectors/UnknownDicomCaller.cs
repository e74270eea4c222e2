using System.Security.Cryptography;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Who is let in by a DICOM server, against who was let in during the weeks before: a calling AE title that the server never took; a title that
/// belongs to one machine and is now used by another; and a title at its own address whose program is another (implementation UID and version
/// name, and the SOP classes it proposes). Judged only where the server, and for the latter two the title, was watched for a week. Silent on refused
/// associations (see title guessing), on declared scanners, inside announced maintenance windows, on a title that several machines share, on a machine that only got another
/// address, on further implementations of a machine that shows several, and on the kinds of objects that an archive sends because of a C-MOVE.
/// </summary>
internal sealed class UnknownDicomCaller : IDetector, IDetector<TransactionRow>
{
    private const int ServersKept = 4096, CallersKept = 16_384, SpeakersKept = 8192, PlacesKept = 8, ContextsKept = 256;

    /// <summary>A title used from so many machines is shared; one more says nothing.</summary>
    private const int SharedBy = 3;

    /// <summary>SOP classes proposed for the first time that make another program of it; a new option brings one or two.</summary>
    private const int NewContexts = 5;

    /// <summary>How long a newcomer is told again each time, so that its traces are kept: a day.</summary>
    private static readonly TimeSpan Doubted = TimeSpan.FromDays(1);
    private static readonly FindingType Unknown = new("dicom-caller-unknown", Severity.Low, Duty.ClinicalEngineering, "T1078");
    private static readonly FindingType Taken = new("dicom-title-taken", Severity.Medium, Duty.InformationDepartment, "T1078");
    private static readonly FindingType Changed = new("dicom-program-changed", Severity.Low, Duty.ClinicalEngineering, "T1036");
    private readonly RecentState<Address, Habit> servers = new(ServersKept);
    private readonly RecentState<CallerKey, Caller> callers = new(CallersKept);
    private readonly RecentState<Address, Habit> speakers = new(SpeakersKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("unknown-dicom-caller", Unknown, Taken, Changed) { Logs = [DicomRows.Log] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || !seen.Is("association") || seen.Text("result"u8) != "accepted" || seen.Text("calling_ae"u8) is not { } title) return;
        Subject client = flow.Client, server = flow.Server;
        if (!known.Local.Contains(server.Ip) || known.Site.IsScanner(client.Ip)) return;
        bool isSilent = known.Site.WindowOf(client.Ip, seen.Began) is not null;
        Habit habit = servers.Of(server.Ip);
        CallerKey key = new(server.Ip, title);
        bool isNew = callers.Find(key) is null;
        Caller caller = callers.Of(key);
        CallerPlace? place = caller.Places.Find(one => one.Ip == client.Ip);
        bool isNewPlace = place is null;
        place ??= Settle(caller, client, known, seen.Began);
        bool isOfSite = Introduce(flow.Client.Ip, title, seen.Began);
        if (seen.Text("called_ae"u8) is { } called) Introduce(server.Ip, called, seen.Began);
        if (isNew) place.IsDoubted = habit.IsSettled(seen.Began) && !isSilent;
        else if (isNewPlace) place.IsTaken = !isSilent && caller.Habit.IsSettled(seen.Began) && caller.Places.Count(one => !one.IsTaken) <= SharedBy && !IsAnotherOf(caller, place, known);
        if (seen.Began.Since(place.First) <= Doubted)
        {
            if (place.IsDoubted) RaiseUnknown(seen, flow, title, habit, isOfSite, known, findings);
            if (place.IsTaken) RaiseTaken(seen, flow, title, caller, place, known, findings);
        }
        Compare(seen, flow, title, caller, isSilent || isNewPlace || place.IsTaken || place.IsDoubted, known, findings);
        habit.Note(seen.Began);
        caller.Habit.Note(seen.Began);
        place.Last = seen.Began;
    }

    /// <summary>Whether a machine was known by a title for a week, as caller or called, at whichever server; learns it.</summary>
    private bool Introduce(Address ip, string title, CaptureTime at)
    {
        Habit speaker = speakers.Of(ip);
        bool isKnown = speaker.Traits.ContainsKey(title) && speaker.IsSettled(at);
        speaker.Knows(title, at);
        speaker.Note(at);
        return isKnown;
    }

    private static CallerPlace Settle(Caller caller, Subject client, in Knowledge known, CaptureTime at)
    {
        CallerPlace place = new() { Ip = client.Ip, Mac = client.Mac, Vlan = client.Vlan, Network = known.NetworkOf(client.Ip), First = at };
        if (caller.Places.Count >= PlacesKept) caller.Places.RemoveAt(0);
        caller.Places.Add(place);
        return place;
    }

    /// <summary>Whether a machine is one that uses the title already.</summary>
    private static bool IsAnotherOf(Caller caller, CallerPlace place, in Knowledge known)
    {
        foreach (CallerPlace one in caller.Places)
        {
            if (one != place && IsSame(one, place, known)) return true;
        }
        return false;
    }

    /// <summary>Whether one card speaks in one network, or a person said that it is one machine; that the ledger joined them may be a forger's word.</summary>
    private static bool IsSame(CallerPlace one, CallerPlace other, in Knowledge known) =>
        (!one.Mac.IsNone && one.Mac == other.Mac && one.Network == other.Network) || known.Devices.AreOne(Subject.Of(one.Mac, one.Ip, one.Vlan), Subject.Of(other.Mac, other.Ip, other.Vlan));

    private static void RaiseUnknown(TransactionRow seen, FlowView flow, string title, Habit server, bool isOfSite, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Unknown,
        Subject = known.Party(flow.Client),
        Peer = known.Party(flow.Server, flow.ServerPort),
        // A device that spoke by this title elsewhere was only connected to one more server.
        Severity = isOfSite ? Severity.Info : null,
        Confidence = isOfSite ? 0.6 : 0.8,
        Arguments = [title, flow.Server.Ip.ToString(), seen.Text("called_ae"u8) ?? "-"],
        Facts =
        [
            new Fact("ae-title", title, "a title that called before"),
            new Fact("implementation", Implementation(seen)),
            new Fact("watched-since", FlowFacts.Time(server.First)),
            new Fact("source-proof", "handshake"),
        ],
        Evidence = seen.Evidence(),
    });

    private static void RaiseTaken(TransactionRow seen, FlowView flow, string title, Caller caller, CallerPlace place, in Knowledge known, IFindingSink findings)
    {
        CallerPlace owner = caller.Places.Where(one => !one.IsTaken && one != place).MaxBy(one => one.Last) ?? place;
        bool isOther = !caller.Habit.Traits.ContainsKey(Implementation(seen)), isAlive = seen.Began.Since(owner.Last) <= Doubted;
        bool isStranger = known.Devices.Of(flow.Client) is { } device && seen.Began.Since(device.FirstSeen) <= Doubted;
        findings.Raise(new Sighting
        {
            Type = Taken,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server, flow.ServerPort),
            // The owner is silent: it may have been replaced by this machine.
            Severity = !isAlive ? Severity.Low : isOther && isStranger ? Severity.High : null,
            Confidence = isOther && isAlive ? 0.85 : 0.7,
            Arguments = [title, owner.Ip.ToString(), flow.Server.Ip.ToString()],
            Facts =
            [
                new Fact("ae-title", title),
                new Fact("address", flow.Client.Ip.ToString(), owner.Ip.ToString()),
                new Fact("implementation", Implementation(seen), Usual(caller)),
                new Fact("owner-last-seen", FlowFacts.Time(owner.Last)),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    /// <summary>The program behind a title, against those it had; learns it.</summary>
    private static void Compare(TransactionRow seen, FlowView flow, string title, Caller caller, bool isSilent, in Knowledge known, IFindingSink findings)
    {
        bool isSettled = caller.Habit.IsSettled(seen.Began);
        // Nobody learns a stranger's program as the owner's.
        if (isSilent && isSettled) return;
        string uid = Uid(seen) + " ", implementation = Implementation(seen);
        // What was usual is only put into words for a finding, and before the new program is learnt.
        bool isOther = isSettled && !caller.Habit.Traits.ContainsKey(implementation), isOtherUid = isOther && !caller.Habit.Traits.Keys.Any(one => one.StartsWith(uid, StringComparison.Ordinal));
        string? usual = isOther ? Usual(caller) : null;
        bool isKnown = caller.Habit.Knows(implementation, seen.Began);
        int before = caller.Contexts.Count, added = Learn(caller, seen);
        // What an archive proposes because of a C-MOVE is what somebody asked for.
        bool isWider = before > 0 && added >= NewContexts && seen.Text("move_originator"u8) is null;
        if (!isSettled || (isKnown && !isWider)) return;
        usual ??= Usual(caller);
        findings.Raise(new Sighting
        {
            Type = Changed,
            Subject = known.Party(flow.Client),
            Discriminator = title,
            // More kinds of objects alone may be a function that is used once a month.
            Severity = isKnown || !isOtherUid ? Severity.Info : isWider ? Severity.Medium : null,
            Confidence = !isKnown && isOtherUid && isWider ? 0.75 : 0.6,
            Arguments = [title, implementation, usual],
            Facts =
            [
                new Fact("ae-title", title),
                new Fact("implementation", implementation, usual),
                new Fact("new-contexts", FlowFacts.Number(added), FlowFacts.Number(0)),
                new Fact("latest-peer", flow.Server.Ip.ToString()),
            ],
            Evidence = seen.Evidence(),
        });
    }

    /// <summary>Learns the SOP classes that are proposed; how many of them are new. Most associations propose just what the last one did, to the byte.</summary>
    private static int Learn(Caller caller, TransactionRow seen)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(seen.Raw("contexts"u8), digest);
        if (digest.SequenceEqual(caller.Proposed)) return 0;
        caller.Proposed = digest.ToArray();
        int added = 0;
        foreach (string context in seen.Texts("contexts"u8, "abstract_syntax"u8))
        {
            if (caller.Contexts.Count < ContextsKept && caller.Contexts.Add(context)) added++;
        }
        return added;
    }

    private static string Usual(Caller caller) => string.Join(", ", caller.Habit.Traits.Keys.Take(3));

    private static string Uid(TransactionRow seen) => seen.Text("implementation_uid"u8) ?? "-";

    private static string Implementation(TransactionRow seen) => Uid(seen) + " " + (seen.Text("implementation_version"u8) ?? "-");

    /// <summary>A title at a server.</summary>
    internal sealed record CallerKey(Address Server, string Title);

    /// <summary>What is known of a title at a server: where it calls from, with which programs and SOP classes.</summary>
    internal sealed class Caller
    {
        /// <summary>Since when, and its implementations.</summary>
        public Habit Habit { get; set; } = new();

        /// <summary>Machines, the oldest first.</summary>
        public List<CallerPlace> Places { get; set; } = [];

        /// <summary>SOP classes it proposed.</summary>
        public HashSet<string> Contexts { get; set; } = [];

        /// <summary>SHA-256 of what the last association proposed, as its row tells it.</summary>
        public byte[] Proposed { get; set; } = [];
    }

    /// <summary>A machine that uses a title.</summary>
    internal sealed class CallerPlace
    {
        /// <summary>Its address.</summary>
        public Address Ip { get; set; }

        /// <summary>Hardware address in its frames; that of a router when it is in another network.</summary>
        public MacAddress Mac { get; set; }

        /// <summary>The network of its address.</summary>
        public string Network { get; set; } = "";

        /// <summary>VLAN of its frames.</summary>
        public ushort Vlan { get; set; }

        /// <summary>When it used the title first.</summary>
        public CaptureTime First { get; set; }

        /// <summary>When it used the title last.</summary>
        public CaptureTime Last { get; set; }

        /// <summary>Whether the title was new to a server that had been watched.</summary>
        public bool IsDoubted { get; set; }

        /// <summary>Whether the title belonged to another machine.</summary>
        public bool IsTaken { get; set; }
    }
}
