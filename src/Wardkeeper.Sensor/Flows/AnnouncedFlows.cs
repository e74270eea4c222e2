using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Flows that other flows announced (FTP data, sub-associations). All shards read it; it changes only between batches, in packet
/// order, so that the number of workers does not show.
/// </summary>
internal sealed class AnnouncedFlows
{
    private const int MaxEntries = 65_536, MaxServers = 4096;
    private static readonly long LifetimeNanoseconds = 300 * CaptureTime.PerSecond;
    private readonly Dictionary<(Address, ushort, Carrier), (string? Protocol, string Parent, CaptureTime At)> entries = [];

    private readonly HashSet<Address> serialServers = [];

    /// <summary>Whether a machine's TCP ports are serial lines, as it said itself before this batch.</summary>
    public bool HasSerialLines(Address server) => serialServers.Count > 0 && serialServers.Contains(server);

    /// <summary>Whether nothing is announced, which is the usual case.</summary>
    public bool IsEmpty => entries.Count == 0;

    /// <summary>Adds announcements in packet order and forgets those that have grown old.</summary>
    public void Exchange(IEnumerable<(ExpectedFlow Flow, string Parent, long Packet, CaptureTime At)> announced, CaptureTime now)
    {
        foreach ((ExpectedFlow flow, string parent, long _, CaptureTime at) in announced)
        {
            if (flow.IsOfSerialLines)
            {
                if (serialServers.Count < MaxServers) serialServers.Add(flow.Server);
            }
            else if (entries.Count < MaxEntries) entries[(flow.Server, flow.Port, flow.Carrier)] = (flow.Protocol, parent, at);
        }
        if (entries.Count == 0) return;
        foreach ((Address, ushort, Carrier) key in entries.Where(pair => now.Nanoseconds - pair.Value.At.Nanoseconds > LifetimeNanoseconds).Select(pair => pair.Key).ToList())
            entries.Remove(key);
    }

    /// <summary>Who announced a flow to this server, and as what.</summary>
    public bool TryFind(Address server, ushort port, Carrier carrier, out string? protocol, out string parent)
    {
        bool found = entries.TryGetValue((server, port, carrier), out (string? Protocol, string Parent, CaptureTime At) entry);
        (protocol, parent) = (entry.Protocol, entry.Parent);
        return found;
    }
}
