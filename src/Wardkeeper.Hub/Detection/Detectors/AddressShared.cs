using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Two machines that use one address at the same time: a second hardware address claims it by ARP or by neighbour discovery, without the
/// announcement by which an address is moved and without a lease, and the first one goes on using it. Where the address is that of a gateway (a router that leases
/// name, or one whose card passes on packets of other networks) it is told at the claim, since all traffic of the network follows it. Silent on fail-over (announced),
/// on a new DHCP lease, on the virtual addresses of router pairs, on machines that answer for many (proxy ARP), and on a gateway's second
/// router, which passes packets on itself.
/// </summary>
internal sealed class AddressShared : IDetector, IDetector<TransactionRow>, IDetector<Observation>, IDetector<FlowRecord>
{
    private const int Kept = 65_536, ProxyFrom = 32, RoutersKept = 4096, NetworksOfRouter = 3;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly FindingType Gateway = new("gateway-spoofed", Severity.Critical, Duty.InformationDepartment, "T1557.002") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Type = new("address-shared", Severity.High, Duty.InformationDepartment, "T1557.002") { SubjectIs = PartyRole.Target };
    private readonly RecentState<(ushort, Address), Holder> holders = new(Kept);
    private readonly RecentState<MacAddress, Claimed> claimed = new(Kept);
    private readonly RecentState<MacAddress, Passing> passing = new(RoutersKept);
    private readonly RecentState<(ushort, Address), Leased> leased = new(RoutersKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("address-shared", Type, Gateway) { Logs = ["arp", "nd", "dhcp"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        ushort vlan = seen.Flow?.Vlan ?? 0;
        if (seen.Log == "dhcp") Leases(seen, vlan);
        else if (seen.Log == "nd")
        {
            // A solicitation states its sender's card as well, but no address that the row would keep.
            if (seen.Text("op"u8) != "neighbour-advertisement" || !Address.TryParse(seen.Text("target"u8), out Address target)) return;
            Claims(new Claiming(Mac(seen.Text("link_address"u8)), target, vlan, seen.Flag("is_solicited"u8) != true, seen.Evidence()), known, findings);
        }
        else if (Address.TryParse(seen.Text("sender_ip"u8), out Address ip))
        {
            bool isAnnounced = Address.TryParse(seen.Text("target_ip"u8), out Address target) && target == ip;
            Claims(new Claiming(Mac(seen.Text("sender_mac"u8)), ip, vlan, isAnnounced, new Evidence(seen.At, null, 0, "arp")), known, findings);
        }
    }

    private void Claims(Claiming claim, in Knowledge known, IFindingSink findings)
    {
        (MacAddress mac, Address ip, CaptureTime at) = (claim.Mac, claim.Ip, claim.Evidence.At);
        if (ip.IsUnspecified || mac.IsNone || mac.IsGroup || IsRouterPair(mac)) return;
        HashSet<Address> all = claimed.Of(mac).Addresses;
        if (all.Count <= ProxyFrom) all.Add(ip);
        Holder holder = holders.Of((claim.Vlan, ip));
        if (mac == holder.Mac || holder.Mac.IsNone)
        {
            (holder.Mac, holder.Last) = (mac, at);
            return;
        }
        // The one that was there before speaks up again, and did not announce that the address is its own once more.
        if (mac == holder.Before && !claim.IsAnnounced && at.Since(holder.Taken) <= Window) Report(holder, ip, claim.Vlan, claim.Evidence, true, known, findings);
        bool wasThere = at.Since(holder.Last) <= Window;
        (holder.Before, holder.Mac, holder.Taken, holder.Last) = (wasThere ? holder.Mac : default, mac, at, at);
        holder.WasAnnounced = claim.IsAnnounced;
        if (wasThere && !claim.IsAnnounced && IsGateway(holder.Before, ip, claim.Vlan) && !IsPassing(mac)) Report(holder, ip, claim.Vlan, claim.Evidence, false, known, findings);
    }

    /// <summary>The routers that leases name.</summary>
    private void Leases(TransactionRow seen, ushort vlan)
    {
        foreach (Address router in seen.Addresses("routers"u8)) leased.Of((vlan, router)).At = seen.At;
    }

    private bool IsGateway(MacAddress mac, Address ip, ushort vlan) => IsPassing(mac) || leased.Find((vlan, ip)) is not null;

    private bool IsPassing(MacAddress mac) => passing.Find(mac) is { } one && one.Networks.Count >= NetworksOfRouter;

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim { Kind: ClaimKind.AddressBinding, Protocol: "dhcp" } lease || !Address.TryParse(lease.Value, out Address ip)) return;
        Holder holder = holders.Of((lease.Subject.Vlan, ip));
        (holder.Mac, holder.Before, holder.Last, holder.Taken) = (lease.Subject.Mac, default, lease.At, lease.At);
    }

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.OriginatorPackets > 0) Passes(seen.View.Originator);
        if (seen.ResponderPackets > 0) Passes(seen.View.Responder);
        if (seen.OriginatorPackets > 0) Lives(seen.View.Originator, seen, known, findings);
        if (seen.ResponderPackets > 0) Lives(seen.View.Responder, seen, known, findings);
    }

    /// <summary>A card that sends for addresses of several networks is a router's.</summary>
    private void Passes(Subject who)
    {
        if (who.Mac.IsNone || who.Ip.IsUnspecified || who.Ip.IsLinkLocal) return;
        HashSet<Address> networks = passing.Of(who.Mac).Networks;
        if (networks.Count < NetworksOfRouter) networks.Add(who.Ip.IsV4 ? Address.FromV4(who.Ip.V4 & 0xFFFF_FF00) : new Address(who.Ip.High, 0));
    }

    /// <summary>The one that was there before still sends from the address.</summary>
    private void Lives(Subject who, FlowRecord flow, in Knowledge known, IFindingSink findings)
    {
        if (who.Mac.IsNone || holders.Find((who.Vlan, who.Ip)) is not { } holder || who.Mac != holder.Before || holder.WasAnnounced) return;
        CaptureTime end = flow.End();
        if (flow.View.Began > holder.Taken && end.Since(holder.Taken) <= Window) Report(holder, who.Ip, who.Vlan, flow.Evidence(), true, known, findings);
    }

    private void Report(Holder holder, Address ip, ushort vlan, Evidence evidence, bool isSeenAgain, in Knowledge known, IFindingSink findings)
    {
        MacAddress one = holder.Before, other = holder.Mac;
        if (claimed.Of(one).Addresses.Count > ProxyFrom || claimed.Of(other).Addresses.Count > ProxyFrom) return;
        // The same two are one finding, whoever spoke last.
        if (holder.First is { } first && (first == one || first == other)) (one, other) = first == one ? (one, other) : (other, one);
        holder.First = one;
        bool isGateway = IsGateway(one, ip, vlan) && !IsPassing(other);
        findings.Raise(new Sighting
        {
            Type = isGateway ? Gateway : Type,
            Subject = known.Party(Subject.Of(one, ip, vlan)),
            Peer = known.Party(Subject.Of(other, default, vlan)),
            // A claim alone may be a mistake; that the other is still there shows what it is.
            Severity = isGateway && !isSeenAgain ? Severity.High : null,
            Confidence = isSeenAgain ? 0.9 : 0.75,
            Arguments = [ip.ToString(), one.ToString(), other.ToString()],
            Facts =
            [
                new Fact("address", ip.ToString(), "one hardware address"),
                new Fact("first-mac", one.ToString()),
                new Fact("second-mac", other.ToString()),
                new Fact("is-gateway", isGateway ? "yes" : "no"),
                new Fact("announced", holder.WasAnnounced ? "yes" : "no", "yes, or a DHCP lease"),
            ],
            Evidence = evidence,
        });
    }

    private static MacAddress Mac(string? text) =>
        text is not null && Register.RegisterValues.TryMac(text, out MacAddress mac) ? mac : default;

    /// <summary>Hardware addresses that pass from router to router on purpose: VRRP and CARP (RFC 9568, section 7.3), HSRP, GLBP.</summary>
    private static bool IsRouterPair(MacAddress mac) => (mac.Value >> 16) == 0x0000_5E00 || (mac.Value >> 8) is 0x0000_0C07_AC or 0x0000_0C9F_F0 || (mac.Value >> 24) == 0x0007_B4;

    private sealed class Holder
    {
        public MacAddress Mac { get; set; }

        public MacAddress Before { get; set; }

        public MacAddress? First { get; set; }

        public CaptureTime Taken { get; set; }

        public CaptureTime Last { get; set; }

        public bool WasAnnounced { get; set; }
    }

    private sealed class Claimed
    {
        public HashSet<Address> Addresses { get; set; } = [];
    }

    private sealed class Passing
    {
        public HashSet<Address> Networks { get; set; } = [];
    }

    private sealed class Leased
    {
        public CaptureTime At { get; set; }
    }

    private readonly record struct Claiming(MacAddress Mac, Address Ip, ushort Vlan, bool IsAnnounced, Evidence Evidence);
}
