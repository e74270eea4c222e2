using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Requests that wait for their answers, by what pairs the two. Bounded: beyond <paramref name="most"/> the oldest is handed out as not answered.</summary>
/// <param name="most">Requests that can wait.</param>
internal sealed class Waiting<TKey, TRow>(int most)
    where TKey : struct, IEquatable<TKey>
    where TRow : Transaction
{
    private readonly List<(TKey Key, TRow Row)> rows = [];

    /// <summary>Takes a request.</summary>
    public void Add(TKey key, TRow row, ITransactionSink into)
    {
        if (rows.Count == most)
        {
            into.Emit(rows[0].Row);
            rows.RemoveAt(0);
        }
        rows.Add((key, row));
    }

    /// <summary>The oldest request of this key, which no longer waits; null when there is none.</summary>
    public TRow? Take(TKey key)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            if (!rows[i].Key.Equals(key)) continue;
            TRow row = rows[i].Row;
            rows.RemoveAt(i);
            return row;
        }
        return null;
    }

    /// <summary>Hands out what still waits, as not answered.</summary>
    public void End(ITransactionSink into)
    {
        foreach ((_, TRow row) in rows) into.Emit(row);
        rows.Clear();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => rows.Clear();
}
