using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Remote desktops one behind the other: somebody comes to a machine by RDP or VNC and goes on from there to a third one while he is in, and from that to a fourth.
/// Three machines in a row are told as a hint, four as what intruders do. Silent on machines that at least three others pass through, which are meant as gateways,
/// on declared terminal servers, on connections without an exchange in both directions, and on declared scanners.
/// </summary>
internal sealed class RemoteDesktopChain : IDetector, IDetector<FlowRecord>
{
    private const int Kept = 8192, VisitsKept = 16, PeopleOfAGateway = 3, LongChain = 4;
    private static readonly TimeSpan Window = TimeSpan.FromHours(2);
    private static readonly FindingType Type = new("remote-desktop-chain", Severity.Low, Duty.InformationDepartment, "T1021.001");
    private readonly RecentState<Address, Visits> into = new(Kept);
    private readonly RecentState<Address, Visits> outOf = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("remote-desktop-chain", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (!(seen.Speaks("rdp") || seen.Speaks("rfb")) || !seen.IsAnswered() || seen.OriginatorBytes < 200 || seen.ResponderBytes < 200) return;
        if (!known.Local.Contains(view.Server.Ip) || known.Site.IsScanner(view.Client.Ip)) return;
        Visit visit = new() { From = view.Client.Ip, To = view.Server.Ip, Began = view.Began, End = seen.End(), Uid = view.Uid };
        Add(into.Of(view.Server.Ip), visit);
        Add(outOf.Of(view.Client.Ip), visit);
        // Flows are told when they end, the inner one mostly before the outer one.
        List<Address> chain = [visit.From, visit.To];
        for (Visit at = visit; chain.Count < 8 && Before(at) is { } earlier && !chain.Contains(earlier.From); at = earlier) chain.Insert(0, earlier.From);
        for (Visit at = visit; chain.Count < 8 && After(at) is { } later && !chain.Contains(later.To); at = later) chain.Add(later.To);
        Sites.Site site = known.Site;
        if (chain.Count < 3 || chain.Skip(1).SkipLast(1).Any(middle => IsGateway(middle, site))) return;
        Subject last = Subject.Of(default, chain[^1]);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(Subject.Of(default, chain[^2])),
            Severity = chain.Count >= LongChain ? Severity.Medium : null,
            Confidence = chain.Count >= LongChain ? 0.8 : 0.6,
            Arguments = [string.Join(" → ", chain), last.Ip.ToString()],
            Facts = [new Fact("machines-in-a-row", string.Join(" → ", chain)), new Fact("how-many", FlowFacts.Number(chain.Count), "2"), new Fact("source-proof", "handshake")],
            Evidence = seen.Evidence(),
        });
    }

    private Visit? Before(Visit visit) => into.Find(visit.From)?.All.LastOrDefault(one => one.Began <= visit.Began && one.End >= visit.Began && visit.Began.Since(one.Began) <= Window);

    private Visit? After(Visit visit) => outOf.Find(visit.To)?.All.LastOrDefault(one => one.Began >= visit.Began && one.Began <= visit.End && one.Began.Since(visit.Began) <= Window);

    private bool IsGateway(Address machine, Sites.Site site) =>
        site.IsServer(machine, "terminal") || (into.Find(machine)?.All.Select(visit => visit.From).Distinct().Count() ?? 0) >= PeopleOfAGateway;

    private static void Add(Visits visits, Visit visit)
    {
        if (visits.All.Count >= VisitsKept) visits.All.RemoveAt(0);
        visits.All.Add(visit);
    }

    internal sealed class Visits
    {
        public List<Visit> All { get; set; } = [];
    }

    internal sealed class Visit
    {
        public Address From { get; set; }

        public Address To { get; set; }

        public CaptureTime Began { get; set; }

        public CaptureTime End { get; set; }

        public string Uid { get; set; } = "";
    }
}
