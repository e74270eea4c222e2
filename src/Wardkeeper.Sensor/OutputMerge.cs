using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor;

/// <summary>
/// Puts what the shards gave during a batch into packet order and hands it out. Shards already work on the next batch meanwhile, and
/// it may fall a few batches behind them: batches give very unlike amounts, and nobody should wait for a rich one.
/// </summary>
internal sealed class OutputMerge(ISensorOutput output)
{
    /// <summary>Batches that may wait; what waits takes memory.</summary>
    private const int MostBehind = 8;

    /// <summary>Items after which it is looked whether to go on.</summary>
    private const int Step = 32;

    private readonly Signatures.AlertGate gate = new();
    private readonly Causes causes = new();
    private readonly Queue<Given> waiting = [];
    private readonly Stack<Given> spare = [];

    /// <summary>Takes what the shards gave.</summary>
    public void Collect(SensorWorker?[] shards, CaptureTime now)
    {
        if (!spare.TryPop(out Given? given)) given = new Given();
        given.Fill(shards, now);
        waiting.Enqueue(given);
    }

    /// <summary>Hands out what waits.</summary>
    /// <param name="beside">The round that this is a task of: when its other tasks are done, what is left is left for the next. Null: everything is handed out.</param>
    public void Run(WorkRound? beside = null)
    {
        while (waiting.TryPeek(out Given? given))
        {
            while (given.Next(Step) is { IsEmpty: false } some)
            {
                foreach (ulong key in some) Hand(given.Of(key));
                if (beside is { OthersWork: false } && waiting.Count <= MostBehind) return;
            }
            output.Advance(given.End);
            spare.Push(waiting.Dequeue());
        }
    }

    private void Hand(object value)
    {
        switch (value)
        {
            case Observation observation:
                output.Take(observation);
                break;
            case FlowRecord flow:
                output.Take(flow);
                break;
            case CauseNote note:
                causes.Take(note);
                break;
            case Signatures.SignatureAlert alert when !gate.Lets(alert):
                break;
            case Transaction transaction:
                causes.Explain(transaction);
                output.Take(transaction);
                break;
            default:
                throw new InvalidOperationException($"Nobody takes a {value.GetType()}.");
        }
    }

    /// <summary>What all shards gave during one batch.</summary>
    private sealed class Given
    {
        private readonly List<ShardOutput.Item>[] taken = [.. Enumerable.Range(0, PacketBatch.Shards).Select(_ => new List<ShardOutput.Item>())];
        private ulong[] keys = new ulong[64];
        private int count, done;

        /// <summary>When the batch ended.</summary>
        public CaptureTime End { get; private set; }

        public void Fill(SensorWorker?[] shards, CaptureTime now)
        {
            (End, count, done) = (now, 0, -1);
            long first = long.MaxValue;
            for (int shard = 0; shard < shards.Length; shard++)
            {
                if (shards[shard] is not { } worker) continue;
                List<ShardOutput.Item> items = taken[shard] = worker.Output.Exchange(taken[shard]);
                foreach (ref readonly ShardOutput.Item item in CollectionsMarshal.AsSpan(items)) first = Math.Min(first, item.Packet);
                count += items.Count;
            }
            if (keys.Length < count) keys = new ulong[Math.Max(count, keys.Length * 2)];
            int at = 0;
            for (int shard = 0; shard < shards.Length; shard++)
            {
                List<ShardOutput.Item> items = taken[shard];
                for (int i = 0; i < items.Count; i++) keys[at++] = ((ulong)(items[i].Packet - first) << 38) | ((ulong)shard << 32) | (uint)i;
            }
        }

        /// <summary>Keys of the next items in order, at most so many; empty when all were given. The first call puts them in order, so that this is no work for between the rounds.</summary>
        public ReadOnlySpan<ulong> Next(int most)
        {
            if (done < 0)
            {
                Array.Sort(keys, 0, count);
                done = 0;
            }
            ReadOnlySpan<ulong> next = keys.AsSpan(done, Math.Min(most, count - done));
            done += next.Length;
            return next;
        }

        public object Of(ulong key) => taken[(int)(key >> 32) & (PacketBatch.Shards - 1)][(int)(uint)key].Value;
    }
}
