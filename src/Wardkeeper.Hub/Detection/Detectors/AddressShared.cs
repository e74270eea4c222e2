using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Two machines that use one address at the same time: a second hardware address claims it by ARP, without the announcement by which an
/// address is moved and without a lease, and the first one goes on using it. Silent on fail-over (announced), on a new DHCP
/// lease, on the virtual addresses of router pairs, and on machines that answer for many (proxy ARP).
/// </summary>
internal sealed class AddressShared : IDetector, IDetector<TransactionRow>, IDetector<Observation>, IDetector<FlowRecord>
{
    private const int Kept = 65_536, ProxyFrom = 32;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly FindingType Type = new("address-shared", Severity.High, Duty.InformationDepartment, "T1557.002");
    private readonly RecentState<(ushort, Address), Holder> holders = new(Kept);
    private readonly RecentState<MacAddress, Claimed> claimed = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("address-shared", Type) { Logs = ["arp"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        MacAddress mac = Mac(seen.Text("sender_mac"u8));
        if (!Address.TryParse(seen.Text("sender_ip"u8), out Address ip)) return;
        if (ip.IsUnspecified || mac.IsNone || mac.IsGroup || IsRouterPair(mac)) return;
        HashSet<Address> all = claimed.Of(mac).Addresses;
        if (all.Count <= ProxyFrom) all.Add(ip);
        bool isAnnounced = Address.TryParse(seen.Text("target_ip"u8), out Address target) && target == ip;
        Holder holder = holders.Of((seen.Flow?.Vlan ?? 0, ip));
        if (mac == holder.Mac || holder.Mac.IsNone)
        {
            (holder.Mac, holder.Last) = (mac, seen.At);
            return;
        }
        // The one that was there before speaks up again, and did not announce that the address is its own once more.
        if (mac == holder.Before && !isAnnounced && seen.At.Since(holder.Taken) <= Window) Report(holder, ip, seen.Flow?.Vlan ?? 0, new Evidence(seen.At, null, 0, "arp"), known, findings);
        bool wasThere = seen.At.Since(holder.Last) <= Window;
        (holder.Before, holder.Mac, holder.Taken, holder.Last) = (wasThere ? holder.Mac : default, mac, seen.At, seen.At);
        holder.WasAnnounced = isAnnounced;
    }

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
        if (seen.OriginatorPackets > 0) Lives(seen.View.Originator, seen, known, findings);
        if (seen.ResponderPackets > 0) Lives(seen.View.Responder, seen, known, findings);
    }

    /// <summary>The one that was there before still sends from the address.</summary>
    private void Lives(Subject who, FlowRecord flow, in Knowledge known, IFindingSink findings)
    {
        if (who.Mac.IsNone || holders.Find((who.Vlan, who.Ip)) is not { } holder || who.Mac != holder.Before || holder.WasAnnounced) return;
        CaptureTime end = flow.End();
        if (flow.View.Began > holder.Taken && end.Since(holder.Taken) <= Window) Report(holder, who.Ip, who.Vlan, flow.Evidence(), known, findings);
    }

    private void Report(Holder holder, Address ip, ushort vlan, Evidence evidence, in Knowledge known, IFindingSink findings)
    {
        MacAddress one = holder.Before, other = holder.Mac;
        if (claimed.Of(one).Addresses.Count > ProxyFrom || claimed.Of(other).Addresses.Count > ProxyFrom) return;
        // The same two are one finding, whoever spoke last.
        if (holder.First is { } first && (first == one || first == other)) (one, other) = first == one ? (one, other) : (other, one);
        holder.First = one;
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(Subject.Of(one, ip, vlan)),
            Peer = known.Party(Subject.Of(other, default, vlan)),
            Confidence = 0.9,
            Arguments = [ip.ToString(), one.ToString(), other.ToString()],
            Facts =
            [
                new Fact("address", ip.ToString(), "one hardware address"),
                new Fact("first-mac", one.ToString()),
                new Fact("second-mac", other.ToString()),
                new Fact("announced", holder.WasAnnounced ? "yes" : "no", "yes, or a DHCP lease"),
            ],
            Evidence = evidence,
        });
    }

    private static MacAddress Mac(string? text) =>
        text is { Length: 17 } && ulong.TryParse(text.Replace(":", "", StringComparison.Ordinal), System.Globalization.NumberStyles.AllowHexSpecifier, null, out ulong value) ? new MacAddress(value) : default;

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
        public HashSet<Address> Addresses { get; } = [];
    }
}
