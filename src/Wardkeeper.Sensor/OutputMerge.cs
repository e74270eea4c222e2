using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor;

/// <summary>Puts what the shards gave during a batch into packet order and hands it out. Shards already work on the next batch meanwhile.</summary>
internal sealed class OutputMerge(ISensorOutput output)
{
    private readonly Signatures.AlertGate gate = new();
    private readonly List<ShardOutput.Item>[] taken = [.. Enumerable.Range(0, PacketBatch.Shards).Select(_ => new List<ShardOutput.Item>())];
    private readonly Causes causes = new();
    private ulong[] keys = new ulong[4096];
    private int count;
    private CaptureTime end;

    /// <summary>Takes what the shards gave.</summary>
    public void Collect(SensorWorker[] shards, CaptureTime now)
    {
        end = now;
        count = 0;
        long first = long.MaxValue;
        for (int shard = 0; shard < shards.Length; shard++)
        {
            taken[shard] = shards[shard].Output.Exchange(taken[shard]);
            foreach (ShardOutput.Item item in taken[shard]) first = Math.Min(first, item.Packet);
            count += taken[shard].Count;
        }
        if (keys.Length < count) keys = new ulong[Math.Max(count, keys.Length * 2)];
        int at = 0;
        for (int shard = 0; shard < shards.Length; shard++)
        {
            List<ShardOutput.Item> items = taken[shard];
            for (int i = 0; i < items.Count; i++) keys[at++] = ((ulong)(items[i].Packet - first) << 38) | ((ulong)shard << 32) | (uint)i;
        }
    }

    /// <summary>Hands everything out.</summary>
    public void Run()
    {
        Array.Sort(keys, 0, count);
        for (int i = 0; i < count; i++)
        {
            object value = taken[(int)(keys[i] >> 32) & (PacketBatch.Shards - 1)][(int)(uint)keys[i]].Value;
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
        output.Advance(end);
    }
}
