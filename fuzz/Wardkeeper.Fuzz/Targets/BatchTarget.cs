using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Publishing;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// What a sensor sends to the hub. The input is the content of a batch; the frame around it is always a right one, so that the checksum
/// does not end every run. What is read must come back the same when it is written and read again, and cost no more memory than its size allows.
/// </summary>
internal sealed class BatchTarget : IFuzzTarget
{
    /// <summary>Bytes that one byte of content may cost: a flow of a dozen bytes becomes an object of some hundreds.</summary>
    private const int Expansion = 160;

    private const int Basis = 64 << 10;

    private readonly WireWriter wire = new();

    public string Name => "batch";

    public bool IsFramed => false;

    public int Weight => 4;

    public IEnumerable<byte[][]> Seeds()
    {
        foreach (Protocol protocol in ProtocolRegistry.All.Where(static protocol => !protocol.IsLabel))
        {
            foreach (byte[][] conversation in FrameSeeds.Conversations(protocol).Take(1))
            {
                Collected collected = new();
                using MemoryFrames frames = new([.. conversation.Select(static frame => (byte[])[1, .. frame])]);
                new SensorPipeline(new SensorOptions { Workers = 1 }, frames, collected).Run();
                if (collected.Batch.IsEmpty) continue;
                collected.Batch.Counters["frames"] = conversation.Length;
                yield return [BatchCodec.Encode(collected.Batch.Numbered("north", 1), wire)[BatchFrame.HeaderLength..]];
            }
        }
    }

    public void Run(byte[][] records, bool isThorough)
    {
        byte[] content = records[0];
        byte[] frame = BatchFrame.Around(1, content);
        long before = GC.GetAllocatedBytesForCurrentThread();
        BatchFault fault = BatchCodec.TryDecode(frame, out SensorBatch? batch);
        long cost = GC.GetAllocatedBytesForCurrentThread() - before;
        BrokenPromiseException.Unless(cost <= Basis + ((long)Expansion * content.Length), "costs-too-much", $"{cost} bytes for {content.Length}");
        BrokenPromiseException.Unless(fault == BatchFault.None == batch is not null, "fault-and-batch", $"{fault}");
        if (isThorough)
        {
            _ = BatchCodec.TryDecode(content, out _);
            BatchFault cut = BatchCodec.TryDecode(frame.AsSpan(0, frame.Length - 1), out _);
            BrokenPromiseException.Unless(cut != BatchFault.None, "cut-and-whole");
        }
        if (batch is null) return;
        byte[] written = BatchCodec.Encode(batch, wire);
        BrokenPromiseException.Unless(BatchCodec.TryDecode(written, out SensorBatch? again) == BatchFault.None, "unreadable-when-written");
        BrokenPromiseException.Unless(BatchCodec.Encode(again!, wire).AsSpan().SequenceEqual(written), "comes-back-otherwise");
        BrokenPromiseException.Unless(batch.Observations.SequenceEqual(again!.Observations), "observations-come-back-otherwise");
    }

    /// <summary>Gathers what a sensor says, as the publisher does.</summary>
    private sealed class Collected : ISensorOutput
    {
        private readonly JsonRows rows = new(new PatientNames(showHashes: true));

        public Gathered Batch { get; } = new();

        public void Take(Transaction transaction) => Batch.Transactions.Add(TransactionRow.Of(transaction, rows));

        public void Take(FlowRecord flow) => Batch.Flows.Add(flow);

        public void Take(Observation observation) => Batch.Observations.Add(observation);

        public void Advance(CaptureTime now) => Batch.End = now;
    }
}
