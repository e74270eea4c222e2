using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Ways into the network that somebody brought along. A radio cell that is not one of the site's access points (site file, or an access point that
/// people keep in the ledger): it may be a neighbour's, and weighs more when its card is also seen on the wire or when it calls itself as the
/// hospital's network does. A DHCP server where none should be: another than those that the site declares, or, where it declares none, a second one
/// in a network, on a device that is no router or switch, or one for IPv6 that appears an hour or more after a network was served without; it weighs more when it makes itself
/// the router or the name server of those whom it serves. And a card behind which several systems speak: three addresses of one network, two that are bound to it and speak in turns with stacks of
/// different kinds, stacks of different kinds under one address, or browsers of telephones and of computers, or of telephones of two makers. Silent on declared cells, on declared servers and other addresses of the same device, on routers and switches that people keep in the ledger, on routers, on relays of DHCP, and on the routers of several networks that are heard in one place.
/// </summary>
internal sealed class PrivateAccessPoint : IDetector, IDetector<TransactionRow>, IDetector<Observation>, IDetector<FlowRecord>, IDetector<LedgerReview>
{
    private const int Kept = 4096, FewestAddresses = 3, AddressesKept = 32, FewestTurns = 3, NetworksKept = 64;
    private static readonly FindingType Cell = new("private-access-point", Severity.Info, Duty.InformationDepartment, "T1200", IsExposure: true);
    private static readonly FindingType Dhcp = new("foreign-dhcp-server", Severity.Medium, Duty.InformationDepartment, "T1557.003");
    private static readonly FindingType Bridge = new("several-systems-behind-one-card", Severity.Low, Duty.InformationDepartment, "T1200", IsExposure: true);
    private static readonly HashSet<string> PassesOn = ["router", "dhcp-relay", "switch", "bacnet-router", "proxy"], Telephones = ["Android", "iOS"];
    private readonly RecentState<MacAddress, Card> cards = new(Kept);
    private static readonly TimeSpan Learning = TimeSpan.FromHours(1), Together = TimeSpan.FromMinutes(1), Turn = TimeSpan.FromMinutes(10);
    private readonly RecentState<ushort, Servers> dhcp = new(Kept);
    private readonly RecentState<Address, Foreign> foreign = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("private-access-point", Cell, Dhcp, Bridge) { Logs = ["wlan", "dhcp", "dhcpv6"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Log != "wlan")
        {
            HandsOut(seen, known, findings);
            return;
        }
        if (seen.Text("kind"u8) is not ("beacon" or "probe-response") || seen.Text("bssid"u8) is not { } text || !Register.RegisterValues.TryMac(text, out MacAddress bssid)) return;
        DeviceFacts? device = known.Devices.Of(Subject.Of(bssid));
        if (known.Site.AccessPoints.Contains(bssid) || device is { TypeIsFromPeople: true, Type: "access-point" }) return;
        string name = seen.Text("ssid"u8) ?? "";
        bool isOnTheWire = device is { Ips.Count: > 0 }, poses = name.Length > 0 && known.Site.WirelessNames.Contains(name);
        findings.Raise(new Sighting
        {
            Type = Cell,
            Subject = new Party(Subject.Of(bssid), 0, device),
            Severity = poses ? Severity.High : isOnTheWire ? Severity.Medium : null,
            Confidence = poses ? 0.85 : isOnTheWire ? 0.9 : 0.6,
            Arguments = [name.Length == 0 ? "-" : name, text],
            Facts =
            [
                new Fact("radio-name", name.Length == 0 ? "hidden" : name, poses ? "sent by the site's own access points" : null),
                new Fact("radio-cell", text, "one of the site's"),
                new Fact("on-the-wire", isOnTheWire ? device!.Ips[0].ToString() : "not seen", "no"),
            ],
            Evidence = new Evidence(seen.At, null, 0, "wlan"),
        });
    }

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim claim || claim.Subject.Mac.IsNone) return;
        if (claim.Kind == ClaimKind.AddressBinding && Address.TryParse(claim.Value, out Address bound) && bound.IsV4 && cards.Of(claim.Subject.Mac) is { Bound.Count: < AddressesKept } binding) binding.Bound.Add(bound);
        if (claim.Kind == ClaimKind.Role && PassesOn.Contains(claim.Value)) Passes(claim, known, findings);
        if (claim is { Kind: ClaimKind.Role, Value: "dhcp-server", Origin: "reply" }) Serves(claim, known, findings);
        if (claim is { Kind: ClaimKind.UserAgent, Protocol: "http" } && known.Local.Contains(claim.Subject.Ip) && SystemOf(claim.Value) is { } system)
        {
            Card browsing = cards.Of(claim.Subject.Mac);
            (browsing.Subject, browsing.At) = (claim.Subject, new Evidence(claim.At, claim.Uid, claim.Packet));
            if (browsing.Systems.Add(system)) JudgeAtOnce(browsing, known, findings);
        }
        if (claim is { Kind: ClaimKind.TcpStack, Origin: "SYN" } && known.Local.Contains(claim.Subject.Ip)) Opens(cards.Of(claim.Subject.Mac), claim, known);
    }

    private static void Opens(Card card, Claim claim, in Knowledge known)
    {
        int end = claim.Value.IndexOf(';', StringComparison.Ordinal);
        string life = end < 0 ? claim.Value : claim.Value[..end];
        Address ip = claim.Subject.Ip, last = card.Subject.Ip;
        // A machine that gets another address or boots another system does so once; two that share a card speak in turns. What is bound to the card does not stand behind a router.
        if (card.At is { } then && last != ip && claim.At.Since(then.At) <= Turn && card.Bound.Contains(ip) && card.Bound.Contains(last)
            && card.Addresses.TryGetValue(last, out string? other) && other != life && known.NetworkOf(last) == known.NetworkOf(ip)) card.Turns++;
        (card.Subject, card.At) = (claim.Subject, new Evidence(claim.At, claim.Uid, claim.Packet));
        if (card.Addresses.Count < AddressesKept) card.Addresses.TryAdd(ip, life);
        // One machine keeps its initial time to live, whatever program opens the connection.
        if (card.Addresses.TryGetValue(ip, out string? before) && before != life) card.Lives = $"{before}, {life}";
    }

    /// <summary>Whoever was seen to pass packets on does; whoever says so is believed when it has said so for long.</summary>
    private void Passes(Claim claim, in Knowledge known, IFindingSink findings)
    {
        Card card = cards.Of(claim.Subject.Mac);
        card.SaidToPassOn ??= claim.At;
        if (claim.Protocol != "ethernet") return;
        card.PassesOn = true;
        if (dhcp.Find(claim.Subject.Vlan) is { } here) Decide(here, isOver: false, known, findings);
    }

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        // Through whose card conversations with addresses outside go both ways passes packets on; a single packet may name any source.
        FlowView view = seen.View;
        if (seen.OriginatorPackets == 0 || seen.ResponderPackets == 0) return;
        if (!view.OriginatorMac.IsNone && !known.Local.Contains(view.OriginatorAddress)) cards.Of(view.OriginatorMac).PassesOn = true;
        if (!view.ResponderMac.IsNone && !known.Local.Contains(view.ResponderAddress)) cards.Of(view.ResponderMac).PassesOn = true;
    }

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        foreach ((_, Servers here) in dhcp.All) Decide(here, isOver: true, known, findings);
        foreach ((_, Card card) in cards.All) Judge(card, seen.At, known, findings);
    }

    /// <summary>
    /// Browsers of telephones and of others behind one address: a card that translates its guests' addresses. More addresses may be a router whose networks
    /// are not known yet, and another time to live a machine that booted or one that took the card: those are judged when the ledger is looked through.
    /// </summary>
    private static void JudgeAtOnce(Card card, in Knowledge known, IFindingSink findings)
    {
        if (card.At is { } evidence && IsShared(card) && card.Addresses.Keys.Count(ip => ip.IsV4) <= 1) Judge(card, evidence.At, known, findings);
    }

    /// <summary>Whether several systems speak behind a card that is not one to pass packets on.</summary>
    private static void Judge(Card card, CaptureTime now, in Knowledge known, IFindingSink findings)
    {
        if (card.PassesOn || card.At is null) return;
        bool isBridge = IsBridge(card, known);
        if (!isBridge && card.Turns < FewestTurns && card.Lives is null && !IsShared(card)) return;
        DeviceFacts? device = known.Devices.Of(card.Subject);
        if (device?.IsBelievedToRoute(now) == true || (card.SaidToPassOn is { } since && now.Since(since) >= DeviceFacts.LongStanding)) return;
        string[] addresses = card.Addresses.Count == 0 ? [card.Subject.Ip.ToString()] : [.. card.Addresses.Keys.Order().Select(ip => ip.ToString())];
        string mac = card.Subject.Mac.ToString();
        findings.Raise(new Sighting
        {
            Type = Bridge,
            Subject = new Party(card.Subject, 0, device),
            Discriminator = mac,
            Confidence = isBridge ? 0.7 : 0.6,
            Arguments = [mac, FlowFacts.Number(addresses.Length)],
            Facts = [new Fact("addresses", string.Join(", ", addresses.Take(8)), "one system"), .. Shown(card)],
            Evidence = card.At,
        });
        card.At = null;
    }

    /// <summary>Whether stacks of different kinds speak at addresses of one network. What is cheap is asked first: every card is.</summary>
    private static bool IsBridge(Card card, in Knowledge known)
    {
        if (card.Addresses.Count < FewestAddresses || !card.Addresses.Values.Distinct().Skip(1).Any()) return false;
        Address[] ips = [.. card.Addresses.Keys.Where(ip => ip.IsV4)];
        return ips.Length >= FewestAddresses && ips.Select(known.NetworkOf).Distinct().Count() == 1;
    }

    private static bool IsShared(Card card) => card.Systems.Count > 1 && card.Systems.Overlaps(Telephones);

    private static IEnumerable<Fact> Shown(Card card)
    {
        string lives = card.Lives ?? string.Join(", ", card.Addresses.Values.Distinct().Order(StringComparer.Ordinal));
        if (lives.Length > 0) yield return new Fact("time-to-live", lives, "one");
        if (card.Systems.Count > 0) yield return new Fact("browsers-of", string.Join(", ", card.Systems.Order(StringComparer.Ordinal)), "one system");
    }

    /// <summary>The system that a browser says it runs on; null when it says none.</summary>
    private static string? SystemOf(string agent) => !agent.StartsWith("Mozilla/5.0 (", StringComparison.Ordinal) ? null
        : agent.Contains("Windows Phone", StringComparison.Ordinal) ? null
        : agent.Contains("Android", StringComparison.Ordinal) ? "Android"
        : agent.Contains("iPhone", StringComparison.Ordinal) || agent.Contains("iPad", StringComparison.Ordinal) ? "iOS"
        : agent.Contains("Windows NT", StringComparison.Ordinal) ? "Windows"
        : agent.Contains("Macintosh", StringComparison.Ordinal) ? "macOS" : null;

    private void Serves(Claim claim, in Knowledge known, IFindingSink findings)
    {
        Address server = claim.Subject.Ip;
        if (!known.Local.Contains(server) || IsDeclared(claim.Subject, known)) return;
        Servers here = dhcp.Of(claim.Subject.Vlan);
        here.Began ??= claim.At;
        bool isLate = !server.IsV4 && here.FirstV6.IsNone && claim.At.Since(here.Began.Value) >= Learning;
        if (server.IsV4 && here.First.IsNone) (here.First, here.FirstSaid) = (server, claim);
        if (!server.IsV4 && here.FirstV6.IsNone && !isLate) here.FirstV6 = server;
        Address first = server.IsV4 ? here.First : here.FirstV6;
        bool areDeclared = known.Site.Servers.Any(one => one.Roles.Contains("dhcp"));
        Party subject = known.Party(claim.Subject);
        if (!areDeclared && (first == server || subject.Device?.IsBelievedToRoute(claim.At) == true || ServesItsOwn(here, claim.Subject, known))) return;
        // Both were first heard at the same time: which of them belongs here shows only when one of them is seen to pass packets on.
        if (!areDeclared && server.IsV4 && here.FirstSaid is { } earlier && here.Rival is null && claim.At.Since(earlier.At) < Together)
        {
            here.Rival = claim;
            Decide(here, isOver: false, known, findings);
            return;
        }
        Foreign one = foreign.Of(server);
        (one.Subject, one.Instead, one.AreDeclared) = (claim.Subject, areDeclared ? "a declared DHCP server" : isLate ? "none" : first.ToString(), areDeclared);
        RaiseDhcp(one, new Evidence(claim.At, claim.Uid, claim.Packet, claim.Protocol), known, findings);
    }

    /// <summary>Whether it is the router of another network that is heard in the same place, as where a mirror brings several without their tags: its card was seen to pass packets on, and it is the first that serves there.</summary>
    private bool ServesItsOwn(Servers here, Subject server, in Knowledge known)
    {
        if (!server.Ip.IsV4 || cards.Find(server.Mac) is not { PassesOn: true }) return false;
        string network = known.NetworkOf(server.Ip);
        if (network == known.NetworkOf(here.First) || (here.OfNetworks.Count >= NetworksKept && !here.OfNetworks.ContainsKey(network))) return false;
        here.OfNetworks.TryAdd(network, server.Ip);
        return here.OfNetworks[network] == server.Ip;
    }

    /// <summary>
    /// Whether the site declares this address, or another of the same device (a router serves each of its networks from an address of its own), or
    /// people keep the device in the ledger as what serves a network.
    /// </summary>
    private static bool IsDeclared(Subject server, in Knowledge known)
    {
        if (known.Site.IsServer(server.Ip, "dhcp")) return true;
        // The address may be new where the card is not.
        if ((known.Devices.Of(Subject.Of(server.Mac)) ?? known.Devices.Of(server)) is not { } device) return false;
        if (device.TypeIsFromPeople && device.IsBelievedToRoute(default)) return true;
        foreach (Address ip in device.Ips)
        {
            if (known.Site.IsServer(ip, "dhcp")) return true;
        }
        return false;
    }

    /// <summary>Of two servers that were first heard together, the one that passes packets on belongs; when neither does, the one that was heard first.</summary>
    private void Decide(Servers here, bool isOver, in Knowledge known, IFindingSink findings)
    {
        if (here is not { FirstSaid: { } first, Rival: { } rival, IsDecided: false }) return;
        bool isRivals = cards.Find(rival.Subject.Mac) is { PassesOn: true }, isFirsts = cards.Find(first.Subject.Mac) is { PassesOn: true };
        if (isRivals == isFirsts && !isOver) return;
        here.IsDecided = true;
        bool belongsRival = isRivals && !isFirsts;
        (Claim guest, Claim host) = belongsRival ? (first, rival) : (rival, first);
        here.First = host.Subject.Ip;
        Foreign one = foreign.Of(guest.Subject.Ip);
        (one.Subject, one.Instead) = (guest.Subject, host.Subject.Ip.ToString());
        RaiseDhcp(one, new Evidence(guest.At, guest.Uid, guest.Packet, guest.Protocol), known, findings);
    }

    /// <summary>What a server that should not be there gives to others, and whether it puts itself in their way.</summary>
    private void HandsOut(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || (foreign.Find(flow.Server.Ip) ?? foreign.Find(flow.Client.Ip)) is not { } one) return;
        Address[] given = [.. seen.Addresses("routers"u8), .. seen.Addresses("dns_servers"u8)];
        if (!given.Contains(one.Subject.Ip)) return;
        string said = string.Join(", ", given.Distinct().Take(8));
        if (one.HandsOut == said) return;
        one.HandsOut = said;
        RaiseDhcp(one, seen.Evidence(), known, findings);
    }

    private static void RaiseDhcp(Foreign one, Evidence evidence, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Dhcp,
        Subject = known.Party(one.Subject),
        Severity = one.AreDeclared || one.HandsOut is not null ? Severity.High : null,
        Confidence = one.AreDeclared ? 0.95 : one.HandsOut is not null ? 0.85 : 0.7,
        Arguments = [one.Subject.Ip.ToString(), one.Subject.Mac.ToString()],
        Facts =
        [
            new Fact("address", one.Subject.Ip.ToString(), one.Instead),
            new Fact("hardware-address", one.Subject.Mac.ToString()),
            .. one.HandsOut is null ? (IEnumerable<Fact>)[] : [new Fact("hands-out", one.HandsOut, "others than itself")],
        ],
        Evidence = evidence,
    });

    private sealed class Card
    {
        public Subject Subject { get; set; }

        public bool PassesOn { get; set; }

        public CaptureTime? SaidToPassOn { get; set; }

        public Dictionary<Address, string> Addresses { get; } = [];

        public HashSet<Address> Bound { get; set; } = [];

        public int Turns { get; set; }

        public string? Lives { get; set; }

        public HashSet<string> Systems { get; set; } = new(StringComparer.Ordinal);

        public Evidence? At { get; set; }
    }

    private sealed class Servers
    {
        public CaptureTime? Began { get; set; }

        public Address First { get; set; }

        public Address FirstV6 { get; set; }

        public Claim? FirstSaid { get; set; }

        /// <summary>Who serves the other networks that are heard here.</summary>
        public Dictionary<string, Address> OfNetworks { get; set; } = new(StringComparer.Ordinal);

        public Claim? Rival { get; set; }

        public bool IsDecided { get; set; }
    }

    private sealed class Foreign
    {
        public Subject Subject { get; set; }

        public string Instead { get; set; } = "";

        public bool AreDeclared { get; set; }

        public string? HandsOut { get; set; }
    }
}
