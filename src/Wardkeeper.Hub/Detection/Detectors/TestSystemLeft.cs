using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A test or demonstration system that was left behind: declared by the site and alive a week after its project's end, or one that calls
/// itself so (name of the machine, title of its page, name of a database). Of the latter nobody said when it ends, so it is told at once, worse
/// when it has been there for two weeks or when no machine but other test systems used it. Silent on test systems whose declared end lies ahead,
/// and on those that the site declares without an end.
/// </summary>
internal sealed class TestSystemLeft : IDetector, IDetector<Observation>, IDetector<TransactionRow>, IDetector<FlowRecord>, IDetector<LedgerReview>
{
    private const int Kept = 4096, ClientsKept = 32;
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7), Long = TimeSpan.FromDays(14);
    private static readonly FindingType Type = new("test-system-left", Severity.Info, Duty.InformationDepartment, IsExposure: true);
    private static readonly ILookup<string, string> Words = HubTable.Rows("test-words.tsv").ToLookup(cells => cells[0], cells => cells[1], StringComparer.Ordinal);
    private readonly RecentState<Address, Suspect> suspects = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("test-system-left", Type) { Logs = ["postgresql", "mysql", "tds", "mongodb"] };

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim claim || Place(claim) is not { } place || !Tells(place, claim.Value)) return;
        if (known.Local.Contains(claim.Subject.Ip)) Note(claim.Subject, place, claim.Value, new Evidence(claim.At, claim.Uid, claim.Packet, claim.Protocol));
    }

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Text("database"u8) is not { } database || !Tells("database", database) || !known.Local.Contains(flow.Server.Ip)) return;
        Note(flow.Server, "database", database, new Evidence(seen.At, flow.Uid, 0, seen.Log));
    }

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        if (!seen.IsAnswered() || suspects.Find(seen.View.ResponderAddress) is not { } suspect || known.Site.IsScanner(seen.View.OriginatorAddress)) return;
        if (suspects.Find(seen.View.OriginatorAddress) is null && suspect.Clients.Count < ClientsKept) suspect.Clients.Add(seen.View.OriginatorAddress);
        suspect.Last = seen.End() > suspect.Last ? seen.End() : suspect.Last;
    }

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        foreach ((Address ip, Suspect suspect) in suspects.All)
        {
            if (suspect.Told == suspect.Last || known.Site.TestSystems.Any(system => system.Place.Contains(ip))) continue;
            suspect.Told = suspect.Last;
            DeviceFacts? device = known.Devices.Of(suspect.Subject);
            CaptureTime first = device is not null && device.FirstSeen.Nanoseconds != 0 && device.FirstSeen < suspect.First ? device.FirstSeen : suspect.First;
            bool isOld = suspect.Last.Since(first) >= Long, isUnused = suspect.Clients.Count == 0;
            Raise(suspect.Subject, device, suspect.Text, isOld ? Severity.Medium : isUnused ? Severity.Low : null, suspect.Place == "title" ? 0.7 : 0.8, "not known", suspect.Evidence, findings,
                [new Fact("known-by", suspect.Place == "database" ? "name of a database" : suspect.Place == "title" ? "title of a page" : "name of the machine"), new Fact("used-by", Clients(suspect.Clients.Count))]);
        }
        foreach (DeviceFacts device in known.Devices.All())
        {
            if (Declared(device, known.Site) is not { Until: { } until } declared || device.LastSeen.Since(until) < Grace) continue;
            Raise(device.Subject, device, declared.Name ?? device.Name ?? declared.Place.Text, Severity.Medium, 0.95, Day(until), new Evidence(device.LastSeen), findings, [new Fact("known-by", "site file")]);
        }
    }

    private static TestSystem? Declared(DeviceFacts device, Site site) => site.TestSystems.FirstOrDefault(system => device.Ips.Any(system.Place.Contains));

    private static void Raise(Subject subject, DeviceFacts? device, string text, Severity? severity, double confidence, string end, Evidence evidence, IFindingSink findings, Fact[] facts) => findings.Raise(new Sighting
    {
        Type = Type,
        Subject = new Party(subject, 0, device),
        Severity = severity,
        Confidence = confidence,
        Arguments = [text, end],
        Facts = [new Fact("test-name", text), .. facts, new Fact("project-end", end, "switched off by then")],
        Evidence = evidence,
    });

    private void Note(Subject subject, string place, string text, Evidence evidence)
    {
        Suspect suspect = suspects.Of(subject.Ip);
        if (suspect.Text.Length == 0) (suspect.Subject, suspect.Place, suspect.Text, suspect.First, suspect.Evidence) = (subject, place, text, evidence.At, evidence);
        suspect.Last = evidence.At > suspect.Last ? evidence.At : suspect.Last;
    }

    private static string? Place(Claim claim) => claim switch
    {
        { Kind: ClaimKind.HostName or ClaimKind.DomainName or ClaimKind.FriendlyName } => "name",
        { Kind: ClaimKind.Description, Origin: "html title" } => "title",
        _ => null,
    };

    /// <summary>Whether a word of the list stands in a text by itself; digits behind it do not matter: uat2 is uat.</summary>
    private static bool Tells(string place, string text)
    {
        // The last label of a dotted name is a top-level domain, and test is one (RFC 6761).
        if (place == "name" && text.TrimEnd('.').LastIndexOf('.') is > 0 and var dot) text = text[..dot];
        foreach (string word in Words[place])
        {
            for (int at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                bool isChinese = word[0] > 0x7F, beginsHere = at == 0 || !char.IsAsciiLetter(text[at - 1]), endsHere = at + word.Length == text.Length || !char.IsAsciiLetter(text[at + word.Length]);
                if (isChinese || (beginsHere && endsHere)) return true;
            }
        }
        return false;
    }

    private static string Clients(int count) => count >= ClientsKept ? $"{FlowFacts.Number(count)} machines or more" : count == 0 ? "no machine" : $"{FlowFacts.Number(count)} machines";

    private static string Day(CaptureTime at) => DateTimeOffset.FromUnixTimeMilliseconds(at.Nanoseconds / 1_000_000).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed class Suspect
    {
        public Subject Subject { get; set; }

        public string Place { get; set; } = "";

        public string Text { get; set; } = "";

        public CaptureTime First { get; set; }

        public CaptureTime Last { get; set; }

        public CaptureTime Told { get; set; }

        public Evidence Evidence { get; set; } = new(default);

        public HashSet<Address> Clients { get; } = [];
    }
}
