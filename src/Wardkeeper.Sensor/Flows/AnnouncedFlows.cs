using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Flows that other flows announced (FTP data, sub-associations). All shards read it; it changes only between batches, in packet
/// order, so that the number of workers does not show.
/// </summary>
internal sealed class AnnouncedFlows
{
    private const int MaxEntries = 65_536, MaxServers = 4096, MostOfOne = 32;
    private static readonly long LifetimeNanoseconds = 300 * CaptureTime.PerSecond;
    private readonly Dictionary<(Address, ushort, Carrier), Announcement> entries = [];

    private readonly HashSet<Address> serialServers = [];

    /// <summary>No entry grows old before.</summary>
    private long nextOld = long.MaxValue;

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
                continue;
            }
            (Address, ushort, Carrier) key = (flow.Server, flow.Port, flow.Carrier);
            if (entries.TryGetValue(key, out Announcement? before)) entries[key] = new Announcement(flow.Protocol, parent, at, flow.File, before.Cut(MostOfOne - 1));
            else if (entries.Count < MaxEntries) entries[key] = new Announcement(flow.Protocol, parent, at, flow.File, null);
            nextOld = Math.Min(nextOld, at.Nanoseconds + LifetimeNanoseconds);
        }
        if (now.Nanoseconds <= nextOld) return;
        foreach ((Address, ushort, Carrier) key in entries.Where(pair => now.Nanoseconds - pair.Value.At.Nanoseconds > LifetimeNanoseconds).Select(pair => pair.Key).ToList())
            entries.Remove(key);
        nextOld = entries.Count == 0 ? long.MaxValue : entries.Values.Min(entry => entry.At.Nanoseconds) + LifetimeNanoseconds;
    }

    /// <summary>Who announced a flow to this server last, and as what; null when nobody did.</summary>
    /// <param name="server">Address that is connected to.</param>
    /// <param name="port">Port that is connected to.</param>
    /// <param name="carrier">TCP or UDP.</param>
    /// <param name="until">What was announced later means another flow.</param>
    public Announcement? Find(Address server, ushort port, Carrier carrier, CaptureTime until)
    {
        if (!entries.TryGetValue((server, port, carrier), out Announcement? found)) return null;
        for (Announcement? one = found; one is not null; one = one.Earlier)
        {
            if (one.At <= until) return one;
        }
        return null;
    }
}

/// <summary>A flow that was announced.</summary>
/// <param name="Protocol">Protocol to expect, or null.</param>
/// <param name="Parent">The flow that announced it.</param>
/// <param name="At">When.</param>
/// <param name="File">The file that will pass there, when that was said.</param>
/// <param name="Earlier">What was announced of the same address and port before.</param>
internal sealed record Announcement(string? Protocol, string Parent, CaptureTime At, AnnouncedFile? File, Announcement? Earlier)
{
    /// <summary>This and those before it, at most so many.</summary>
    public Announcement Cut(int most) => this with { Earlier = most > 1 ? Earlier?.Cut(most - 1) : null };
}
