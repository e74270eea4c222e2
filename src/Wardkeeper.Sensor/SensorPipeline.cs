using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor;

/// <summary>
/// The sensor from a capture to its output. Work goes in rounds: while the shards analyse one batch, the next is read and what
/// those before gave is handed out; threads take these tasks as they become free. Between rounds, alone, what crosses shards is
/// exchanged. So the number of threads changes the speed and nothing else.
/// </summary>
internal sealed class SensorPipeline
{
    private readonly int workers;
    private readonly SensorWorker?[] shards = new SensorWorker?[PacketBatch.Shards];
    private readonly Func<SensorWorker> wake;
    private readonly AnnouncedFlows announced = new();
    private readonly OutputMerge merge;
    private readonly SensorCounters decoding = new();
    private readonly List<(ExpectedFlow Flow, string Parent, long Packet, CaptureTime At)> gathered = [];
    private PacketBatch current = new(), next = new();
    private readonly ILiveSource? live;
    private bool hasNext, isStopping;
    private CaptureTime countedAt, furthest;
    private volatile Signatures.RuleSet? waiting;
    private WorkRound? beside;
    private int wantedSums, usedSums;
    private Signatures.RuleSet? rules;

    public SensorPipeline(SensorOptions options, ICaptureSource source, ISensorOutput output)
    {
        live = source as ILiveSource;
        wantedSums = usedSums = (int)options.Sums;
        workers = Math.Max(1, options.Workers);
        Decoder decoder = new(decoding);
        Reader = new BatchReader(source, decoder);
        merge = new OutputMerge(output);
        rules = options.Rules;
        wake = () => new SensorWorker(options with { Rules = rules, Sums = (FileSums)usedSums }, Recognition.OfAll, announced, decoder.TunnelUid, furthest);
    }

    /// <summary>Reads and decodes; knows how far the reading has come.</summary>
    public BatchReader Reader { get; }

    /// <summary>Flows that are alive, for measuring.</summary>
    public int LiveFlows => Awake.Sum(shard => shard.LiveFlows);

    /// <summary>
    /// What <see cref="Counters"/> said about a second of capture time ago, for a source that is live; empty before. It is never
    /// changed, only replaced, so any thread may read it at any time.
    /// </summary>
    public SensorCounters LiveCounters { get; private set; } = new();

    /// <summary>Other rules take the place of those that run, from the next batch on: no packet goes by unasked. From any thread.</summary>
    public void Use(Signatures.RuleSet rules) => waiting = rules;

    /// <summary>Other sums of files are wanted beside SHA-256, from the next batch on. From any thread.</summary>
    public void Use(FileSums sums) => Volatile.Write(ref wantedSums, (int)sums);

    /// <summary>Everything counted in the source, in decoding and in all shards. Not while the pipeline runs.</summary>
    public SensorCounters Counters()
    {
        SensorCounters sum = new();
        live?.AddCounters(sum);
        sum.Add(decoding);
        foreach (SensorWorker shard in Awake) sum.Add(shard.Counters);
        return sum;
    }

    /// <summary>Runs until the source has nothing more, or until it is cancelled; what was read by then is handed out.</summary>
    public void Run(CancellationToken cancel = default)
    {
        using WorkRound round = new(workers, 2 + PacketBatch.Shards, Task);
        // What is live is handed out at once.
        if (live is null) beside = round;
        hasNext = Reader.Fill(next);
        TakeWishes();
        while (hasNext && !isStopping)
        {
            (current, next) = (next, current);
            isStopping = cancel.IsCancellationRequested;
            round.Run();
            Exchange();
        }
        merge.Run();
        foreach (SensorWorker shard in Awake)
        {
            shard.Finish(current.LastNumber);
            shard.Settle();
        }
        merge.Collect(shards, current.End);
        merge.Run();
        if (live is not null) LiveCounters = Counters();
        current.Clear();
        next.Clear();
    }

    private IEnumerable<SensorWorker> Awake => shards.OfType<SensorWorker>();

    /// <summary>One task of a round; the long ones come first, so that the short ones even the threads out.</summary>
    private void Task(int number)
    {
        if (number == 0)
        {
            next.Clear();
            hasNext = !isStopping && Reader.Fill(next);
        }
        else if (number == 1) merge.Run(beside);
        else Shard(number - 2);
    }

    /// <summary>Runs a shard. One that has had no packet does not exist: a small capture wakes few.</summary>
    private void Shard(int number)
    {
        if (shards[number] is null && current.First(number) < 0) return;
        (shards[number] ??= wake()).Run(current, number);
    }

    private void TakeWishes()
    {
        if (Volatile.Read(ref wantedSums) is var sums && sums != usedSums)
        {
            usedSums = sums;
            foreach (SensorWorker shard in Awake) shard.Use((FileSums)sums);
        }
        if (Interlocked.Exchange(ref waiting, null) is not { } wanted) return;
        rules = wanted;
        foreach (SensorWorker shard in Awake) shard.Use(wanted);
    }

    private void Exchange()
    {
        TakeWishes();
        if (current.End > furthest) furthest = current.End;
        if (live is not null && current.End.Since(countedAt) >= TimeSpan.FromSeconds(1)) (LiveCounters, countedAt) = (Counters(), current.End);
        gathered.Clear();
        foreach (SensorWorker shard in Awake)
        {
            if (shard.Announced.Count == 0) continue;
            gathered.AddRange(shard.Announced);
            shard.Announced.Clear();
        }
        if (gathered.Count > 0 || !announced.IsEmpty) announced.Exchange(gathered.OrderBy(one => one.Packet), current.End);
        foreach (SensorWorker shard in Awake) shard.Settle();
        merge.Collect(shards, current.End);
    }
}
