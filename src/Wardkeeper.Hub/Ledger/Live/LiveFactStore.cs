using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>
/// Facts in memory, found by each of their addresses. What an IP address did in a router's frames is kept apart for each owner the
/// address had at the time: when it moves on, its past stays with the device it was.
/// </summary>
internal sealed class LiveFactStore(AddressBook book, LedgerLimits limits) : IFactStore
{
    private readonly Dictionary<(MacAddress, Address, MacAddress), Facts> facts = [];
    private readonly Dictionary<MacAddress, List<Facts>> byMac = [];
    private readonly Dictionary<Address, List<Facts>> byIp = [];

    /// <summary>Number of the next facts.</summary>
    public long Next { get; set; } = 1;

    /// <summary>Sightings that had no room.</summary>
    public long Refused { get; set; }

    public IReadOnlyCollection<Facts> All => facts.Values;

    public Facts? Of(MacAddress mac, Address ip)
    {
        MacAddress through = default;
        if (!ip.IsNone && book.Owners.TryGetValue(ip, out AddressOwner owner) && owner.Mac != mac && !book.IsBound(mac, ip)) through = owner.Mac;
        if (facts.TryGetValue((mac, ip, through), out Facts? found)) return found;
        if (facts.Count >= limits.Facts)
        {
            Refused++;
            if (!byMac.ContainsKey(mac)) book.Forget(mac);
            return null;
        }
        found = new Facts(mac, ip, through, limits) { Number = Next++ };
        Restore(found);
        return found;
    }

    public void Restore(Facts one)
    {
        facts[(one.Mac, one.Ip, one.Through)] = one;
        if (!one.Mac.IsNone) ListOf(byMac, one.Mac).Add(one);
        if (!one.Through.IsNone) ListOf(byMac, one.Through).Add(one);
        if (FollowsOwner(one)) ListOf(byIp, one.Ip).Add(one);
    }

    public void Remove(Facts one)
    {
        facts.Remove((one.Mac, one.Ip, one.Through));
        Unlist(byMac, one.Mac, one);
        Unlist(byMac, one.Through, one);
        Unlist(byIp, one.Ip, one);
    }

    /// <summary>The facts of a pair that are not another's; null when there are none.</summary>
    public Facts? Find(MacAddress mac, Address ip) => facts.GetValueOrDefault((mac, ip, default));

    /// <summary>Whether the facts were not forgotten.</summary>
    public bool Holds(Facts one) => facts.TryGetValue((one.Mac, one.Ip, one.Through), out Facts? held) && held == one;

    /// <summary>What was seen with a hardware address, or in another's frames while it had the IP address.</summary>
    public IReadOnlyList<Facts> Of(MacAddress mac) => byMac.TryGetValue(mac, out List<Facts>? list) ? list : [];

    /// <summary>What was seen of an IP address when nobody was known to have it: a new owner may have it all.</summary>
    public IReadOnlyList<Facts> Of(Address ip) => byIp.TryGetValue(ip, out List<Facts>? list) ? list : [];

    private bool FollowsOwner(Facts one) => !one.Ip.IsNone && one.Through.IsNone && !book.IsBound(one.Mac, one.Ip);

    private static void Unlist<T>(Dictionary<T, List<Facts>> index, T key, Facts one)
        where T : notnull
    {
        if (index.TryGetValue(key, out List<Facts>? list) && list.Remove(one) && list.Count == 0) index.Remove(key);
    }

    private static List<Facts> ListOf<T>(Dictionary<T, List<Facts>> index, T key)
        where T : notnull
    {
        if (!index.TryGetValue(key, out List<Facts>? list)) index[key] = list = [];
        return list;
    }
}
