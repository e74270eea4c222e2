using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>Keeps what was observed per pair of hardware and IP address.</summary>
internal interface IFactStore
{
    /// <summary>The facts of a pair, made when they are new; null when there is no room for more.</summary>
    Facts? Of(MacAddress mac, Address ip);
}

/// <summary>Keeps facts in memory.</summary>
internal sealed class MemoryFactStore : IFactStore
{
    private readonly Dictionary<(MacAddress, Address), Facts> facts = [];

    /// <summary>All pairs, in the order in which they were first seen.</summary>
    public IEnumerable<Facts> All => facts.Values.OrderBy(one => one.FirstPacket).ThenBy(one => one.Mac).ThenBy(one => one.Ip);

    /// <summary>The facts of a pair; null when there are none.</summary>
    public Facts? Find(MacAddress mac, Address ip) => facts.GetValueOrDefault((mac, ip));

    public Facts? Of(MacAddress mac, Address ip)
    {
        if (!facts.TryGetValue((mac, ip), out Facts? found)) facts[(mac, ip)] = found = new Facts(mac, ip);
        return found;
    }
}
