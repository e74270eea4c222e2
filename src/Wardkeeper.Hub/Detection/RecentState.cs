namespace Wardkeeper.Hub.Detection;

/// <summary>What a detector remembers, by key, within a bound: when it is full, what was used longest ago is forgotten and counted.</summary>
/// <param name="bound">Most entries.</param>
internal sealed class RecentState<TKey, TValue>(int bound)
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
}
