using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>
/// Decides which hardware address an IP address belongs to. Strong evidence is a protocol that says so (ARP, neighbour discovery,
/// DHCP); weak evidence is a frame that carried both, which may have come through a router.
/// </summary>
internal sealed class AddressBook(LocalNetworks local)
{
    private const int Remembered = 64;
    private readonly Dictionary<MacAddress, Entry> macs = [];
    private readonly Dictionary<Address, (MacAddress Mac, CaptureTime At)> owners = [];

    /// <summary>Counts what was learned, so that a verdict is reached once as long as nothing is added.</summary>
    private long changes = 1;

    /// <summary>Strong evidence. The latest owner of an address has it.</summary>
    public void Bind(MacAddress mac, Address ip, CaptureTime at)
    {
        if (mac.IsNone || mac.IsGroup) return;
        changes++;
        Of(mac).Bound.Add(ip);
        if (!owners.TryGetValue(ip, out (MacAddress Mac, CaptureTime At) owner) || owner.At <= at) owners[ip] = (mac, at);
    }

    /// <summary>Weak evidence: a frame carried both. Returns how many foreign addresses this hardware address has carried.</summary>
    public int Saw(MacAddress mac, Address ip)
    {
        if (mac.IsNone) return 0;
        Entry entry = Of(mac);
        if (entry.Bound.Contains(ip)) return entry.Foreign;
        if (entry.Carried.Count < Remembered && entry.Carried.Add(ip))
        {
            changes++;
            if (!local.Contains(ip)) entry.Foreign++;
        }
        return entry.Foreign;
    }

    /// <summary>Whether a protocol said that the two belong together.</summary>
    public bool IsBound(MacAddress mac, Address ip) => macs.TryGetValue(mac, out Entry? entry) && entry.Bound.Contains(ip);

    /// <summary>
    /// Whether the hardware address passes on other machines' packets: it carried foreign addresses beside one of its own, several
    /// foreign ones, or more local IPv4 addresses that nobody claimed than one interface has.
    /// </summary>
    public bool IsRouter(MacAddress mac)
    {
        if (mac.IsNone || !macs.TryGetValue(mac, out Entry? entry)) return false;
        if (entry.RouterAsOf == changes) return entry.IsRouter;
        (entry.RouterAsOf, entry.IsRouter) = (changes, IsRouter(mac, entry));
        return entry.IsRouter;
    }

    private bool IsRouter(MacAddress mac, Entry entry)
    {
        int foreign = 0, near = 0, own = 0;
        foreach (Address ip in entry.Carried)
        {
            if (entry.Bound.Contains(ip) || ip.IsLinkLocal) continue;
            if (!local.Contains(ip)) foreign++;
            else if (owners.TryGetValue(ip, out (MacAddress Mac, CaptureTime At) owner) && owner.Mac != mac) near++;
            else if (ip.IsV4) own++;
        }
        bool hasOwn = entry.Bound.Any(ip => ip.IsV4) || own > 0;
        return foreign > 1 || (foreign > 0 && hasOwn) || near > 2 || own > 4;
    }

    /// <summary>Which device a pair belongs to: its hardware address, or its IP address when it is behind a router; null when it is a remote machine.</summary>
    public (MacAddress Mac, Address Ip)? Owner(MacAddress mac, Address ip)
    {
        if (ip.IsNone) return mac.IsNone ? null : (mac, default);
        if (mac.IsNone)
        {
            if (owners.TryGetValue(ip, out (MacAddress Mac, CaptureTime At) owner)) return (owner.Mac, default);
            return local.Contains(ip) ? (default, ip) : null;
        }
        if (IsBound(mac, ip) || !IsRouter(mac)) return (mac, default);
        if (owners.TryGetValue(ip, out (MacAddress Mac, CaptureTime At) elsewhere)) return (elsewhere.Mac, default);
        if (!local.Contains(ip)) return null;
        return ip.IsLinkLocal ? (mac, default) : (default, ip);
    }

    /// <summary>The addresses that a protocol said belong to this hardware address and that no other has taken since.</summary>
    public IEnumerable<Address> AddressesOf(MacAddress mac) =>
        macs.TryGetValue(mac, out Entry? entry) ? entry.Bound.Where(ip => owners[ip].Mac == mac) : [];

    private Entry Of(MacAddress mac)
    {
        if (!macs.TryGetValue(mac, out Entry? entry)) macs[mac] = entry = new Entry();
        return entry;
    }

    private sealed class Entry
    {
        public HashSet<Address> Bound { get; } = [];

        public HashSet<Address> Carried { get; } = [];

        public int Foreign { get; set; }

        public long RouterAsOf { get; set; }

        public bool IsRouter { get; set; }
    }
}
