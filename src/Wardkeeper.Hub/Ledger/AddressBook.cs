using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>
/// Decides which hardware address an IP address belongs to. Strong evidence is a protocol that says so (ARP, neighbour discovery,
/// DHCP); weak evidence is a frame that carried both, which may have come through a router.
/// </summary>
/// <param name="local">Which addresses are the site's.</param>
/// <param name="mostBound">Most addresses one hardware address is remembered to own; the oldest goes.</param>
internal sealed class AddressBook(LocalNetworks local, int mostBound = int.MaxValue)
{
    private const int Remembered = 64;

    /// <summary>Addresses of others in the same networks, and ones that nobody claimed, which a card that passes nothing on may still carry.</summary>
    private const int MostNear = 2, MostOwn = 4;
    private readonly Dictionary<MacAddress, AddressEntry> macs = [];
    private readonly Dictionary<Address, AddressOwner> owners = [];

    /// <summary>Which hardware addresses carried an IP address: whose verdict a new owner of it may change.</summary>
    private readonly Dictionary<Address, List<MacAddress>> carriers = [];

    /// <summary>Told what changed; null when everything is computed at the end.</summary>
    public IAddressWatcher? Watcher { get; set; }

    /// <summary>Told of addresses that went from one owner to another; null when nobody listens.</summary>
    public IMoveWatcher? Moves { get; set; }

    public IReadOnlyDictionary<MacAddress, AddressEntry> Entries => macs;

    public IReadOnlyDictionary<Address, AddressOwner> Owners => owners;

    /// <summary>Strong evidence. The latest owner of an address has it.</summary>
    public void Bind(MacAddress mac, Address ip, CaptureTime at)
    {
        if (mac.IsNone || mac.IsGroup) return;
        AddressEntry entry = Of(mac);
        bool isNew = entry.Bound.TryAdd(ip, at);
        if (isNew && entry.Bound.Count > mostBound) Unbind(mac, entry, Oldest(entry));
        AddressOwner before = owners.GetValueOrDefault(ip);
        if (before.At <= at || before.Mac.IsNone)
        {
            bool moved = before.Mac != mac;
            owners[ip] = moved ? new AddressOwner(mac, at, before.Mac, before.At, before.ToldAt, before.IsDisputed) : before with { At = at };
            if (moved) Doubt(ip);
            if (isNew || moved) Changed(mac, entry, ip);
            Watcher?.Owned(ip, moved);
            if (moved && !before.Mac.IsNone) Moves?.Moved(ip, before, owners[ip]);
        }
        else if (isNew)
        {
            Changed(mac, entry, ip);
        }
    }

    /// <summary>Weak evidence: a frame carried both. Returns how many foreign addresses this hardware address has carried.</summary>
    public int Saw(MacAddress mac, Address ip)
    {
        if (mac.IsNone) return 0;
        AddressEntry entry = Of(mac);
        if (entry.Bound.ContainsKey(ip)) return entry.Foreign;
        if (entry.Carried.Count < Remembered && entry.Carried.Add(ip))
        {
            Carry(mac, ip);
            if (!local.Contains(ip)) entry.Foreign++;
            Changed(mac, entry, ip);
        }
        return entry.Foreign;
    }

    /// <summary>Whether a protocol said that the two belong together.</summary>
    public bool IsBound(MacAddress mac, Address ip) => macs.TryGetValue(mac, out AddressEntry? entry) && entry.Bound.ContainsKey(ip);

    /// <summary>
    /// Whether the hardware address passes on other machines' packets: it carried foreign addresses beside one of its own, several
    /// foreign ones, or more local IPv4 addresses that nobody claimed than one interface has.
    /// </summary>
    public bool IsRouter(MacAddress mac)
    {
        if (mac.IsNone || !macs.TryGetValue(mac, out AddressEntry? entry)) return false;
        if (!entry.IsJudged) (entry.IsJudged, entry.IsRouter) = (true, IsRouter(mac, entry));
        return entry.IsRouter;
    }

    /// <summary>From when the hardware address has been known to pass on other machines' packets; null when it does not, or when that is not known.</summary>
    /// <param name="mac">The hardware address.</param>
    /// <param name="carriedSince">From when its frames carried an address; null when that is not known.</param>
    public CaptureTime? RouterSince(MacAddress mac, Func<Address, CaptureTime?> carriedSince)
    {
        if (!IsRouter(mac)) return null;
        AddressEntry entry = macs[mac];
        List<CaptureTime>[] carried = [[], [], [], []];
        foreach (Address ip in entry.Carried)
        {
            if (carriedSince(ip) is { } since) carried[(int)KindOf(mac, entry, ip)].Add(since);
        }
        foreach (List<CaptureTime> times in carried) times.Sort();
        List<CaptureTime> foreign = carried[(int)Carried.Foreign], near = carried[(int)Carried.Near], own = carried[(int)Carried.Own];
        CaptureTime[] ofItsOwn = [.. entry.Bound.Where(one => one.Key.IsV4).Select(one => one.Value), .. own.Take(1)];
        List<CaptureTime> reasons = [.. foreign.Skip(1).Take(1), .. near.Skip(MostNear).Take(1), .. own.Skip(MostOwn).Take(1)];
        if (foreign.Count > 0 && ofItsOwn.Length > 0) reasons.Add(Later(foreign[0], ofItsOwn.Min()));
        return reasons.Count == 0 ? null : reasons.Min();

        static CaptureTime Later(CaptureTime one, CaptureTime other) => one > other ? one : other;
    }

    /// <summary>Which device a pair belongs to: its hardware address, or its IP address when it is behind a router; null when it is a remote machine.</summary>
    public (MacAddress Mac, Address Ip)? Owner(MacAddress mac, Address ip) => Owner(mac, ip, owners.GetValueOrDefault(ip).Mac);

    /// <summary>The same with a given owner of the address: the one it had when it was seen.</summary>
    public (MacAddress Mac, Address Ip)? Owner(MacAddress mac, Address ip, MacAddress owner)
    {
        if (ip.IsNone) return mac.IsNone ? null : (mac, default);
        if (mac.IsNone)
        {
            if (!owner.IsNone) return (owner, default);
            return local.Contains(ip) ? (default, ip) : null;
        }
        if (IsBound(mac, ip) || !IsRouter(mac)) return (mac, default);
        if (!owner.IsNone) return (owner, default);
        if (!local.Contains(ip)) return null;
        return ip.IsLinkLocal ? (mac, default) : (default, ip);
    }

    /// <summary>The addresses that a protocol said belong to this hardware address and that no other has taken since.</summary>
    public IEnumerable<Address> AddressesOf(MacAddress mac) =>
        macs.TryGetValue(mac, out AddressEntry? entry) ? entry.Bound.Keys.Where(ip => owners.GetValueOrDefault(ip).Mac == mac) : [];

    /// <summary>Forgets a hardware address that turned out to be nobody; addresses it took go back to who had them before.</summary>
    public void Forget(MacAddress mac)
    {
        if (!macs.Remove(mac, out AddressEntry? entry)) return;
        foreach (Address ip in entry.Bound.Keys) Release(mac, ip);
        foreach (Address ip in entry.Carried)
        {
            if (carriers.TryGetValue(ip, out List<MacAddress>? list) && list.Remove(mac) && list.Count == 0) carriers.Remove(ip);
        }
        Watcher?.Forgotten(mac);
    }

    /// <summary>Notes that people were told of a change of owner, so that an address that flaps is told of once in a while.</summary>
    public void Told(Address ip, CaptureTime at, bool isDisputed)
    {
        owners[ip] = owners[ip] with { ToldAt = at, IsDisputed = isDisputed };
        Watcher?.Owned(ip, false);
    }

    /// <summary>Puts back what was stored.</summary>
    public void Restore(MacAddress mac, Address ip, CaptureTime? boundAt, bool isCarried)
    {
        AddressEntry entry = Of(mac);
        if (boundAt is { } at) entry.Bound[ip] = at;
        if (!isCarried || !entry.Carried.Add(ip)) return;
        Carry(mac, ip);
        if (!local.Contains(ip)) entry.Foreign++;
    }

    /// <summary>Puts back what was stored.</summary>
    public void Restore(Address ip, AddressOwner owner) => owners[ip] = owner;

    private static Address Oldest(AddressEntry entry) => entry.Bound.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key).First().Key;

    private void Unbind(MacAddress mac, AddressEntry entry, Address ip)
    {
        entry.Bound.Remove(ip);
        Release(mac, ip);
        Changed(mac, entry, ip);
    }

    private void Release(MacAddress mac, Address ip)
    {
        if (!owners.TryGetValue(ip, out AddressOwner owner)) return;
        if (owner.Mac == mac)
        {
            if (owner.Previous.IsNone) owners.Remove(ip);
            else owners[ip] = new AddressOwner(owner.Previous, owner.PreviousAt, default, default, owner.ToldAt, owner.IsDisputed);
        }
        else if (owner.Previous == mac)
        {
            owners[ip] = owner with { Previous = default, PreviousAt = default };
        }
        else
        {
            return;
        }
        Doubt(ip);
        Watcher?.Owned(ip, true);
    }

    private bool IsRouter(MacAddress mac, AddressEntry entry)
    {
        int foreign = 0, near = 0, own = 0;
        foreach (Address ip in entry.Carried)
        {
            Carried kind = KindOf(mac, entry, ip);
            if (kind == Carried.Foreign) foreign++;
            else if (kind == Carried.Near) near++;
            else if (kind == Carried.Own) own++;
        }
        bool hasOwn = entry.Bound.Keys.Any(ip => ip.IsV4) || own > 0;
        return foreign > 1 || (foreign > 0 && hasOwn) || near > MostNear || own > MostOwn;
    }

    /// <summary>Whose an address is that the frames of a hardware address carried.</summary>
    private Carried KindOf(MacAddress mac, AddressEntry entry, Address ip) =>
        entry.Bound.ContainsKey(ip) || ip.IsLinkLocal ? Carried.Nothing
        : !local.Contains(ip) ? Carried.Foreign
        : owners.TryGetValue(ip, out AddressOwner owner) && owner.Mac != mac ? Carried.Near
        : ip.IsV4 ? Carried.Own : Carried.Nothing;

    private void Carry(MacAddress mac, Address ip)
    {
        if (!carriers.TryGetValue(ip, out List<MacAddress>? list)) carriers[ip] = list = [];
        // Whoever sends one address from a million cards must not make each change of its owner a million verdicts.
        if (Watcher is null || list.Count < Remembered) list.Add(mac);
    }

    private void Changed(MacAddress mac, AddressEntry entry, Address ip)
    {
        entry.IsJudged = false;
        Watcher?.Learned(mac, ip);
    }

    private void Doubt(Address ip)
    {
        if (!carriers.TryGetValue(ip, out List<MacAddress>? list)) return;
        foreach (MacAddress mac in list)
        {
            macs[mac].IsJudged = false;
            Watcher?.Doubted(mac);
        }
    }

    private AddressEntry Of(MacAddress mac)
    {
        if (!macs.TryGetValue(mac, out AddressEntry? entry)) macs[mac] = entry = new AddressEntry();
        return entry;
    }

    /// <summary>What an address tells of the card whose frames carried it.</summary>
    private enum Carried
    {
        /// <summary>It is bound to the card, or everybody has one.</summary>
        Nothing,

        /// <summary>Not the site's.</summary>
        Foreign,

        /// <summary>Another's.</summary>
        Near,

        /// <summary>Nobody else's.</summary>
        Own,
    }
}

/// <summary>What is known of one hardware address.</summary>
internal sealed class AddressEntry
{
    /// <summary>Addresses that a protocol said are its own, with when it first said so.</summary>
    public Dictionary<Address, CaptureTime> Bound { get; } = [];

    /// <summary>Addresses its frames carried.</summary>
    public HashSet<Address> Carried { get; } = [];

    /// <summary>How many of them are not the site's.</summary>
    public int Foreign { get; set; }

    /// <summary>Whether <see cref="IsRouter"/> still holds.</summary>
    public bool IsJudged { get; set; }

    /// <summary>The verdict.</summary>
    public bool IsRouter { get; set; }
}

/// <summary>Who has an IP address.</summary>
/// <param name="Mac">Its owner.</param>
/// <param name="At">When a protocol last said so.</param>
/// <param name="Previous">Who had it before; none when nobody.</param>
/// <param name="PreviousAt">When a protocol last said that.</param>
/// <param name="ToldAt">When people were last told of a change of owner; 0 never.</param>
/// <param name="IsDisputed">Whether they were told that two use it at once.</param>
internal readonly record struct AddressOwner(MacAddress Mac, CaptureTime At, MacAddress Previous, CaptureTime PreviousAt, CaptureTime ToldAt, bool IsDisputed);

/// <summary>Is told what changed in the address book.</summary>
internal interface IAddressWatcher
{
    /// <summary>What is known of a pair changed: newly bound, no longer bound, or newly carried.</summary>
    void Learned(MacAddress mac, Address ip);

    /// <summary>Whether a hardware address is a router's may be judged otherwise now.</summary>
    void Doubted(MacAddress mac);

    /// <summary>The owner of an address was confirmed, or is another one.</summary>
    void Owned(Address ip, bool isOther);

    /// <summary>A hardware address was forgotten with all that was known of it.</summary>
    void Forgotten(MacAddress mac);
}

/// <summary>Is told of addresses that move.</summary>
internal interface IMoveWatcher
{
    /// <summary>An address went from one hardware address to another.</summary>
    void Moved(Address ip, AddressOwner before, AddressOwner after);
}
