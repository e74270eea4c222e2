using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>A request that will cause other flows, as it leaves a shard.</summary>
/// <param name="Key">How those flows will name it.</param>
/// <param name="Uid">The flow it was made in.</param>
internal sealed record CauseNote(CauseKey Key, string Uid);

/// <summary>
/// The requests that cause other flows: moves, and commitments whose result comes later. Filled and asked in packet order where the
/// shards' output comes together, so that the number of workers does not show. Bounded; the oldest request goes.
/// </summary>
internal sealed class Causes
{
    private const int Most = 4096;
    private readonly Dictionary<CauseKey, string> requests = [];
    private readonly Queue<CauseKey> order = new();

    /// <summary>Takes a request; the latest of one name counts.</summary>
    public void Take(CauseNote note)
    {
        if (requests.TryAdd(note.Key, note.Uid)) order.Enqueue(note.Key);
        else requests[note.Key] = note.Uid;
        if (order.Count > Most) requests.Remove(order.Dequeue());
    }

    /// <summary>Tells a transaction which other flow caused it.</summary>
    public void Explain(Transaction transaction)
    {
        if (transaction is ICaused { CausedBy: { } key } caused && requests.TryGetValue(key, out string? uid) && uid != transaction.Flow?.Uid) caused.Explain(uid);
    }
}
