namespace Wardkeeper.Hub.Detection;

/// <summary>What a detector remembers, by key, within a bound: when it is full, what was used longest ago is forgotten and counted.</summary>
/// <param name="bound">Most entries.</param>
internal sealed class RecentState<TKey, TValue>(int bound) : IRemembered
    where TKey : notnull
    where TValue : class, new()
{
    // The order of use is kept by numbers and not by references: the collector need not look at what is only used again.
    private readonly Dictionary<TKey, int> places = [];
    private Entry[] entries = new Entry[4];
    private int oldest = -1, newest = -1;

    /// <summary>Entries that were forgotten for want of room.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Entries, used longest ago first.</summary>
    public IEnumerable<(TKey Key, TValue Value)> All
    {
        get
        {
            for (int at = oldest; at >= 0; at = entries[at].After) yield return (entries[at].Key, entries[at].Value);
        }
    }

    /// <summary>The entry of a key, made when there is none.</summary>
    public TValue Of(TKey key)
    {
        if (!places.TryGetValue(key, out int at)) return Add(key, new TValue());
        if (at != newest)
        {
            Unlink(at);
            Append(at);
        }
        return entries[at].Value;
    }

    /// <summary>The entry of a key, or null; does not count as use.</summary>
    public TValue? Find(TKey key) => places.TryGetValue(key, out int at) ? entries[at].Value : null;

    /// <inheritdoc/>
    Type IRemembered.KeyType => typeof(TKey);

    /// <inheritdoc/>
    Type IRemembered.ValueType => typeof(TValue);

    /// <inheritdoc/>
    IEnumerable<(object Key, object Value)> IRemembered.Entries => All.Select(entry => ((object)entry.Key, (object)entry.Value));

    /// <inheritdoc/>
    void IRemembered.Restore(IEnumerable<(object Key, object Value)> restored)
    {
        places.Clear();
        (entries, oldest, newest) = (new Entry[4], -1, -1);
        foreach ((object key, object value) in restored.TakeLast(bound)) Add((TKey)key, (TValue)value);
    }

    private TValue Add(TKey key, TValue value)
    {
        int at = places.Count;
        if (at >= bound)
        {
            at = oldest;
            places.Remove(entries[at].Key);
            Unlink(at);
            Forgotten++;
        }
        else if (at == entries.Length)
        {
            Array.Resize(ref entries, at * 2);
        }
        (entries[at].Key, entries[at].Value) = (key, value);
        places[key] = at;
        Append(at);
        return value;
    }

    private void Append(int at)
    {
        (entries[at].Before, entries[at].After) = (newest, -1);
        if (newest >= 0) entries[newest].After = at;
        else oldest = at;
        newest = at;
    }

    private void Unlink(int at)
    {
        (int before, int after) = (entries[at].Before, entries[at].After);
        if (before >= 0) entries[before].After = after;
        else oldest = after;
        if (after >= 0) entries[after].Before = before;
        else newest = before;
    }

    private struct Entry
    {
        public TKey Key;
        public TValue Value;
        public int Before, After;
    }
}

/// <summary>What a detector remembers, as it is kept over a restart.</summary>
internal interface IRemembered
{
    /// <summary>Type of the keys.</summary>
    Type KeyType { get; }

    /// <summary>Type of the entries.</summary>
    Type ValueType { get; }

    /// <summary>Entries, used longest ago first.</summary>
    IEnumerable<(object Key, object Value)> Entries { get; }

    /// <summary>Forgets everything and remembers these, in their order, as far as there is room.</summary>
    void Restore(IEnumerable<(object Key, object Value)> restored);
}
