using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.DeviceAgent.Sealing;

namespace Wardkeeper.DeviceAgent.Telemetry;

/// <summary>A message that waits.</summary>
/// <param name="Counter">Its number.</param>
/// <param name="At">When it was made, nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Payload">What was measured.</param>
/// <param name="Envelope">The signed form that was perhaps sent already; empty before. The hub takes only the very same bytes a second time.</param>
internal sealed record QueuedMessage(ulong Counter, long At, byte[] Payload, byte[] Envelope);

/// <summary>
/// Messages that wait for the hub: sealed records <c>q-COUNTER</c>. The record of the highest counter stays, emptied, when it was sent: so the next counter is
/// always one more than the highest record, and none is used twice, whenever the process or the power ends.
/// </summary>
internal sealed class TelemetryQueue
{
    private const string Prefix = "q-", Apart = "apart-";
    private const int MostApart = 100;

    private readonly SealedStore store;
    private readonly int most;
    private readonly Lock gate = new();
    private readonly SortedSet<ulong> waiting = [];
    private ulong highest;
    private long dropped;

    /// <param name="store">Where they lie.</param>
    /// <param name="most">Messages kept; the oldest is dropped for a new one.</param>
    public TelemetryQueue(SealedStore store, int most)
    {
        (this.store, this.most) = (store, most);
        foreach (string name in store.Names().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            ulong counter = ulong.Parse(name.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            highest = Math.Max(highest, counter);
            waiting.Add(counter);
        }
        // Only the newest may be an emptied one; an older one was left behind by a power cut.
        foreach (ulong counter in waiting.Where(counter => store.Read(Name(counter)) is []).ToArray()) Forget(counter);
    }

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>Highest counter that was given away; 0 for none.</summary>
    public ulong Highest
    {
        get
        {
            lock (gate) return highest;
        }
    }

    /// <summary>Messages dropped for newer ones since the start.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>How many records a store holds for sending, the emptied one left out, and the highest counter; changes nothing, so it may be asked beside an agent that runs.</summary>
    public static (int Waiting, ulong Highest) Peek(SealedStore store)
    {
        string[] names = [.. store.Names().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))];
        if (names.Length == 0) return (0, 0);
        bool isEmptied = store.Read(names[^1]) is null or [];
        return (names.Length - (isEmptied ? 1 : 0), ulong.Parse(names[^1].AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }

    /// <summary>Takes a message; it is on the disk when this returns.</summary>
    public void Add(long at, byte[] payload)
    {
        lock (gate)
        {
            ulong counter = highest + 1, before = highest;
            Save(new QueuedMessage(counter, at, payload, []));
            highest = counter;
            waiting.Add(counter);
            if (before > 0 && !waiting.Contains(before)) store.Delete(Name(before));
            while (waiting.Count > most)
            {
                Forget(waiting.Min);
                dropped++;
            }
        }
    }

    /// <summary>The oldest messages.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="bytes">At most so many bytes of payload, but one message in any case.</param>
    public IReadOnlyList<QueuedMessage> Oldest(int count, int bytes)
    {
        ulong[] counters;
        lock (gate) counters = [.. waiting.Take(count)];
        List<QueuedMessage> found = [];
        foreach (ulong counter in counters)
        {
            // It may have been dropped meanwhile.
            if (store.Read(Name(counter)) is not { Length: > 0 } record) continue;
            QueuedMessage message = Parse(counter, record);
            bytes -= message.Payload.Length;
            if (found.Count > 0 && bytes < 0) break;
            found.Add(message);
        }
        return found;
    }

    /// <summary>Keeps the signed form before it is sent.</summary>
    public void Keep(QueuedMessage message)
    {
        lock (gate)
        {
            if (waiting.Contains(message.Counter)) Save(message);
        }
    }

    /// <summary>The hub has it.</summary>
    public void Done(ulong counter)
    {
        lock (gate) Forget(counter);
    }

    /// <summary>The hub refuses it for good: it is kept apart for a person, at most a hundred.</summary>
    public void PutApart(QueuedMessage message)
    {
        lock (gate)
        {
            if (store.Names().Count(name => name.StartsWith(Apart, StringComparison.Ordinal)) < MostApart) store.Write(Apart + Name(message.Counter), message.Payload);
            Forget(message.Counter);
        }
    }

    /// <summary>The hub knows a higher counter of this device: it lost its memory, and goes on above.</summary>
    public void Raise(ulong counter)
    {
        lock (gate)
        {
            if (counter <= highest) return;
            ulong before = highest;
            store.Write(Name(counter), []);
            highest = counter;
            if (before > 0 && !waiting.Contains(before)) store.Delete(Name(before));
        }
    }

    private static string Name(ulong counter) => Prefix + counter.ToString("x16", CultureInfo.InvariantCulture);

    private static QueuedMessage Parse(ulong counter, byte[] record)
    {
        int envelope = BinaryPrimitives.ReadInt32BigEndian(record.AsSpan(8));
        return new QueuedMessage(counter, BinaryPrimitives.ReadInt64BigEndian(record), record[(12 + envelope)..], record[12..(12 + envelope)]);
    }

    private void Save(QueuedMessage message)
    {
        byte[] record = new byte[12 + message.Envelope.Length + message.Payload.Length];
        BinaryPrimitives.WriteInt64BigEndian(record, message.At);
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(8), message.Envelope.Length);
        message.Envelope.CopyTo(record, 12);
        message.Payload.CopyTo(record, 12 + message.Envelope.Length);
        store.Write(Name(message.Counter), record);
    }

    private void Forget(ulong counter)
    {
        if (!waiting.Remove(counter)) return;
        if (counter == highest) store.Write(Name(counter), []);
        else store.Delete(Name(counter));
    }
}
