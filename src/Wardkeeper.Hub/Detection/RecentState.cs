namespace Wardkeeper.Hub.Detection;

/// <summary>What a detector remembers, by key, within a bound: when it is full, what was used longest ago is forgotten and counted.</summary>
/// <param name="bound">Most entries.</param>
internal sealed class RecentState<TKey, TValue>(int bound) : IRemembered
    where TKey : notnull
    where TValue : class, new()
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> entries = [];
    private readonly LinkedList<(TKey Key, TValue Value)> byUse = [];

    /// <summary>Entries that were forgotten for want of room.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Entries, used longest ago first.</summary>
    public IEnumerable<(TKey Key, TValue Value)> All => byUse;

    /// <summary>The entry of a key, made when there is none.</summary>
    public TValue Of(TKey key)
    {
        if (entries.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node))
        {
            byUse.Remove(node);
            byUse.AddLast(node);
            return node.Value.Value;
        }
        if (entries.Count >= bound)
        {
            entries.Remove(byUse.First!.Value.Key);
            byUse.RemoveFirst();
            Forgotten++;
        }
        node = byUse.AddLast((key, new TValue()));
        entries[key] = node;
        return node.Value.Value;
    }

    /// <summary>The entry of a key, or null; does not count as use.</summary>
    public TValue? Find(TKey key) => entries.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node) ? node.Value.Value : null;

    /// <inheritdoc/>
    Type IRemembered.KeyType => typeof(TKey);

    /// <inheritdoc/>
    Type IRemembered.ValueType => typeof(TValue);

    /// <inheritdoc/>
    IEnumerable<(object Key, object Value)> IRemembered.Entries => byUse.Select(entry => ((object)entry.Key, (object)entry.Value));

    /// <inheritdoc/>
    void IRemembered.Restore(IEnumerable<(object Key, object Value)> restored)
    {
        entries.Clear();
        byUse.Clear();
        foreach ((object key, object value) in restored.TakeLast(bound)) entries[(TKey)key] = byUse.AddLast(((TKey)key, (TValue)value));
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
