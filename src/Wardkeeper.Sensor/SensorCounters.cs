namespace Wardkeeper.Sensor;

/// <summary>Counts what was malformed, dropped, copied or given up, by name, each with the number of the first packet it happened at.</summary>
internal sealed class SensorCounters
{
    private readonly Dictionary<string, (long Count, long First)> counts = new(StringComparer.Ordinal);

    /// <summary>Everything counted, in the order of names.</summary>
    public IEnumerable<(string Name, long Count, long FirstPacket)> All =>
        counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.Count, pair.Value.First));

    /// <summary>Hears of everything that is counted, when it is.</summary>
    public Action<string>? Listener { get; set; }

    /// <summary>Counts one more.</summary>
    /// <param name="name">What, in kebab case.</param>
    /// <param name="packet">Number of the packet.</param>
    /// <param name="by">How many.</param>
    public void Count(string name, long packet, long by = 1)
    {
        ref (long Count, long First) entry = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, name, out bool known);
        entry = (entry.Count + by, known ? Math.Min(entry.First, packet) : packet);
        Listener?.Invoke(name);
    }

    /// <summary>Adds another's counts.</summary>
    public void Add(SensorCounters other)
    {
        foreach ((string name, long count, long first) in other.All) Count(name, first, count);
    }
}
