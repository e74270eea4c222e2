using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Images that are sent where none were sent before: a C-MOVE to a destination AE title that nobody at the site was seen to use before that day, but for who asks (judged after a week of watching), destinations that an archive does not know, one after another, and an archive that
/// because of a C-MOVE opens an association to an address outside of the site. The last is told without a past, and weighs more when the archive was watched for a week and never sent there; a destination
/// outside that has been served for a week is habit. Silent on declared scanners and inside announced maintenance windows.
/// </summary>
internal sealed class DicomMoveDestination : IDetector, IDetector<TransactionRow>
{
    private const int TitlesKept = 8192, RequestersKept = 2048, ServersKept = 1024;

    /// <summary>Destinations refused as unknown within a day: somebody guesses.</summary>
    private const int FewestGuesses = 4;

    /// <summary>Refused: move destination unknown. PS3.4, table C.4-2.</summary>
    private const long DestinationUnknown = 0xA801;
    private const string MovedTo = "moved to", UsedBy = "used by ";
    private static readonly TimeSpan Doubted = TimeSpan.FromDays(1);
    private static readonly FindingType Unknown = new("dicom-move-destination", Severity.Medium, Duty.InformationDepartment, "T1020");
    private static readonly FindingType Outside = new("dicom-moved-outside", Severity.Medium, Duty.InformationDepartment, "T1048");
    private readonly RecentState<string, Habit> titles = new(TitlesKept);
    private readonly RecentState<Address, Habit> servers = new(ServersKept);
    private readonly RecentState<Address, Habit> guesses = new(RequestersKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("dicom-move-destination", Unknown, Outside) { Logs = [DicomRows.Log] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow) return;
        if (seen.Is("association"))
        {
            if (seen.Text("result"u8) == "accepted") Meet(seen, flow, known, findings);
        }
        else if (seen.Text("command"u8) == "C-MOVE" && seen.Text("move_destination"u8) is { } destination) Move(seen, flow, destination, known, findings);
    }

    private void Meet(TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        if (seen.Text("calling_ae"u8) is { } calling) Introduce(calling, flow.Client.Ip, seen.Began);
        if (seen.Text("called_ae"u8) is { } called) Introduce(called, flow.Server.Ip, seen.Began);
        if (known.Local.Contains(flow.Server.Ip)) servers.Of(flow.Server.Ip).Note(seen.Began);
        if (seen.Text("move_originator"u8) is not { } mover || known.Local.Contains(flow.Server.Ip) || !known.Local.Contains(flow.Client.Ip)) return;
        Habit archive = servers.Of(flow.Client.Ip);
        string way = "to " + flow.Server.Ip;
        bool isOld = archive.Traits.TryGetValue(way, out CaptureTime since) && seen.Began.Since(since) > Doubted;
        archive.Knows(way, seen.Began);
        if (isOld || known.Site.WindowOf(flow.Client.Ip, seen.Began) is not null || known.Site.IsScanner(flow.Client.Ip)) return;
        findings.Raise(new Sighting
        {
            Type = Outside,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server, flow.ServerPort),
            Severity = archive.IsSettled(seen.Began) ? Severity.High : null,
            Confidence = archive.IsSettled(seen.Began) ? 0.9 : 0.75,
            Arguments = [flow.Server.Ip.ToString(), mover, seen.Text("called_ae"u8) ?? "-"],
            Facts =
            [
                new Fact("move-destination", $"{seen.Text("called_ae"u8) ?? "-"} ({flow.Server.Ip})", "an address of the site"),
                new Fact("asked-by", mover),
                new Fact("watched-since", FlowFacts.Time(archive.First)),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private void Introduce(string name, Address ip, CaptureTime at)
    {
        Habit title = titles.Of(name);
        title.Note(at);
        title.Knows(UsedBy + ip, at);
    }

    private void Move(TransactionRow seen, FlowView flow, string destination, in Knowledge known, IFindingSink findings)
    {
        Subject requester = flow.Client, archive = flow.Server;
        if (!known.Local.Contains(archive.Ip) || known.Site.IsScanner(requester.Ip) || known.Site.WindowOf(requester.Ip, seen.Began) is not null) return;
        if (seen.Number("status"u8) == DestinationUnknown)
        {
            Habit tried = guesses.Of(requester.Ip);
            if (seen.Began.Since(tried.Last) > Doubted) tried.Traits.Clear();
            tried.Note(seen.Began);
            tried.Knows(destination, seen.Began);
            if (tried.Traits.Count >= FewestGuesses) Raise(seen, requester, archive, destination, string.Join(", ", tried.Traits.Keys.Take(6)), servers.Of(archive.Ip), known, findings);
            return;
        }
        // The association to the destination was seen before this row, which tells how it ended; what counts is what was known before it began.
        Habit? title = titles.Find(destination);
        bool isDoubted = title?.Traits.TryGetValue(MovedTo, out CaptureTime since) == true && seen.Began.Since(since) <= Doubted;
        // A title that came up today is nobody's yet, unless it is that of who asks: a new workstation.
        bool isKnown = title?.First < seen.Began && (title.Traits.ContainsKey(UsedBy + requester.Ip) || seen.Began.Since(title.First.Value) > Doubted);
        if (!servers.Of(archive.Ip).IsSettled(seen.Began) || (!isDoubted && isKnown)) return;
        titles.Of(destination).Knows(MovedTo, seen.Began);
        Raise(seen, requester, archive, destination, null, servers.Of(archive.Ip), known, findings);
    }

    private static void Raise(TransactionRow seen, Subject requester, Subject archive, string destination, string? tried, Habit server, in Knowledge known, IFindingSink findings)
    {
        long sent = seen.Number("completed_sub_operations"u8) ?? 0;
        findings.Raise(new Sighting
        {
            Type = Unknown,
            Subject = known.Party(requester),
            Peer = known.Party(archive),
            Severity = sent > 0 ? null : Severity.Low,
            Confidence = tried is not null ? 0.85 : sent > 0 ? 0.8 : 0.6,
            Arguments = [tried ?? destination, archive.Ip.ToString(), FlowFacts.Number(sent)],
            Facts =
            [
                new Fact("move-destination", destination, tried is null ? "a title that was seen at the site" : "one that the archive knows"),
                new Fact("destinations-tried", tried ?? destination),
                new Fact("objects-moved", FlowFacts.Number(sent)),
                new Fact("study", seen.Text("study_uid"u8) ?? "-"),
                new Fact("watched-since", FlowFacts.Time(server.First)),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }
}
