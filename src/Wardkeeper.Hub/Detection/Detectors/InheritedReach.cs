using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// An address that was handed on and still enjoys what was granted to the device before: a service that the border publishes, an exception of the
/// site file (declared scanner, declared server, maintenance window), or peers beyond its zone that were used to the former. And a rule of the border
/// whose name speaks of a test while something else stands behind it. Silent when the address only got a new card, when it came back within minutes,
/// and, once the table or the site file no longer names the address, on what it inherited by them.
/// </summary>
internal sealed class InheritedReach : IDetector, IDetector<AddressMoves>, IDetector<FlowRecord>, IDetector<LedgerReview>
{
    private const int Kept = 4096, PeersKept = 64;
    private static readonly FindingType Type = new("inherited-reach", Severity.Medium, Duty.InformationDepartment, "T1133", IsExposure: true);
    private static readonly string[] Tests = [.. HubTable.Rows("test-words.tsv").Where(cells => cells[0] == "title").Select(cells => cells[1]), "test"];
    private readonly RecentState<Address, Heir> heirs = new(Kept);
    private readonly RecentState<Address, Peers> peers = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("inherited-reach", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (!seen.IsAnswered() || !known.Local.Contains(view.ResponderAddress) || known.ZoneOf(view.OriginatorAddress) == known.ZoneOf(view.ResponderAddress)) return;
        Peers those = peers.Of(view.ResponderAddress);
        if (heirs.Find(view.ResponderAddress) is { } heir && seen.End() > heir.At)
        {
            if (heir.Before.Contains(view.OriginatorAddress) && heir.Still.Add(view.OriginatorAddress)) heir.IsNew = true;
        }
        else if (those.All.Count < PeersKept) those.All.Add(view.OriginatorAddress);
    }

    /// <inheritdoc/>
    public void Inspect(AddressMoves seen, in Knowledge known, IFindingSink findings)
    {
        foreach (AddressMove move in seen.All)
        {
            if (move.IsBack) continue;
            DeviceFacts? old = known.Devices.Of(Subject.Of(move.Before, default)), now = known.Devices.Of(Subject.Of(move.After, move.Ip));
            if (old is null || old.Id == now?.Id) continue;
            Heir heir = heirs.Of(move.Ip);
            (heir.Old, heir.OldMac, heir.NewMac, heir.At, heir.IsNew) = (old, move.Before, move.After, move.At, true);
            heir.Still.Clear();
            heir.Before = peers.Find(move.Ip)?.All ?? [];
            Judge(move.Ip, heir, known, findings);
        }
    }

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        foreach ((Address ip, Heir heir) in heirs.All) Judge(ip, heir, known, findings);
        foreach (PublishedService service in known.Published.All)
        {
            if (heirs.Find(service.Inside) is null && service.Name is { } rule && Array.Exists(Tests, rule.ToLowerInvariant().Contains) && known.Devices.Of(Subject.Of(default, service.Inside)) is { Type: not null } device
                && !Array.Exists(Tests, (device.Name ?? "").ToLowerInvariant().Contains))
                Raise(service.Inside, device, rule, default, 0.6, [Published(service)], seen.At > known.Published.Since ? seen.At : known.Published.Since, Site.Outside, findings);
        }
    }

    private static void Judge(Address ip, Heir heir, in Knowledge known, IFindingSink findings)
    {
        List<Fact> granted = [.. known.Published.All.Where(service => service.Inside == ip).Take(8).Select(Published), .. Exceptions(ip, heir.At, known.Site).Select(text => new Fact("site-exception", text, "none that was made for another device"))];
        bool isPublished = granted.Exists(fact => fact.Name == "published-as");
        if (heir.Still.Count > 0) granted.Add(new Fact("peers-of-the-former", string.Join(", ", heir.Still.Order().Take(8)), "none"));
        string told = string.Join('|', granted.Select(fact => fact.Observed));
        // Told again only when there is something new in it.
        if (granted.Count == 0 || (told == heir.Told && !heir.IsNew)) return;
        (heir.Told, heir.IsNew) = (told, false);
        DeviceFacts? now = known.Devices.Of(Subject.Of(heir.NewMac, ip));
        string before = heir.Old!.Shown;
        Raise(ip, now, before, heir.NewMac, isPublished ? 0.95 : 0.85, [.. granted, new Fact("old-device", $"{before} ({heir.OldMac})")], heir.At, isPublished ? Site.Outside : null, findings, new Party(Subject.Of(heir.OldMac, default), 0, heir.Old), isPublished);
    }

    private static Fact Published(PublishedService service) => new("published-as", $"{service.OutsideText} {service.CarrierText}, rule {service.Name ?? "-"}", "nothing that was published for another device");

    private static IEnumerable<string> Exceptions(Address ip, CaptureTime at, Site site)
    {
        if (site.IsScanner(ip)) yield return "declared scanner";
        // A whole network may be declared on purpose; one address was meant for one machine.
        foreach (SiteServer server in site.Servers.Where(server => server.Place.Bits == 128 && server.Place.Contains(ip))) yield return $"declared server {server.Name} ({string.Join(", ", server.Roles)})";
        if (site.WindowOf(ip, at) is { } window) yield return $"maintenance window {window.Name}";
    }

    private static void Raise(Address ip, DeviceFacts? now, string before, MacAddress mac, double confidence, Fact[] facts, CaptureTime at, string? from, IFindingSink findings, Party? peer = null, bool isPublished = true)
    {
        string name = now is null ? mac.IsNone ? ip.ToString() : mac.ToString() : now.Shown;
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = new Party(Subject.Of(mac, ip), 0, now),
            Peer = peer,
            Severity = isPublished && confidence > 0.9 ? Severity.High : null,
            Confidence = confidence,
            Arguments = [ip.ToString(), before, name],
            Facts = [new Fact("address", ip.ToString()), .. facts, new Fact("new-device", mac.IsNone ? name : $"{name} ({mac})")],
            ReachedFrom = from,
            Evidence = new Evidence(at),
        });
    }

    private sealed class Heir
    {
        public DeviceFacts? Old { get; set; }

        public MacAddress OldMac { get; set; }

        public MacAddress NewMac { get; set; }

        public CaptureTime At { get; set; }

        public HashSet<Address> Before { get; set; } = [];

        public HashSet<Address> Still { get; } = [];

        public string Told { get; set; } = "";

        public bool IsNew { get; set; }
    }

    private sealed class Peers
    {
        public HashSet<Address> All { get; } = [];
    }
}
