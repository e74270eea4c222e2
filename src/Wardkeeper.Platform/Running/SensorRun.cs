using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Capture.Live;
using Wardkeeper.Sensor.Checks;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Slices;

namespace Wardkeeper.Platform.Running;

/// <summary>
/// One sensor at work in this process: its pipeline on a thread of its own, from a source through publisher and spool to the hub.
/// Beside it a timer publishes what was gathered, so that the console is never more than half a second behind.
/// </summary>
internal sealed partial class SensorRun : IAsyncDisposable
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(500), LifeSign = TimeSpan.FromSeconds(10), Farewell = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SensorPipeline pipeline;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly ITimer? timer;
    private readonly Lock counting = new();
    private volatile bool isOver;
    private long aliveAt;

    private SensorRun(SensorLink link, ICaptureSource source, SensorOptions options, TimeProvider clock, ILogger log, RecentPackets? ring)
    {
        (Link, Source, this.clock, this.log, Ring) = (link, source, clock, log, ring);
        pipeline = new SensorPipeline(options, ring is null ? source : RememberedSource.Of(source, ring), new TalliedOutput(link.Publisher, Tally));
        aliveAt = clock.GetTimestamp();
        if (source is ILiveSource) timer = clock.CreateTimer(_ => Beat(), null, Pulse, Pulse);
        new Thread(Run) { IsBackground = true, Name = "sensor " + link.Sensor }.Start();
    }

    /// <summary>Between the sensor and the hub.</summary>
    public SensorLink Link { get; }

    /// <summary>Where frames come from.</summary>
    public ICaptureSource Source { get; }

    /// <summary>Its latest packets, for slices of findings; null when none are kept.</summary>
    public RecentPackets? Ring { get; }

    /// <summary>What came through, for the checks of the sensor.</summary>
    public TrafficTally Tally { get; } = new();

    /// <summary>What each interface of the machine had sent when listening began; a sensor itself sends nothing.</summary>
    public IReadOnlyDictionary<string, long> SentBefore { get; } = SensorFactsReader.Sent();

    /// <summary>What was counted so far.</summary>
    public SensorCounters Counters => isOver ? pipeline.Counters() : pipeline.LiveCounters;

    /// <summary>Whether a defect ended it.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Frames read so far.</summary>
    public long Packets => pipeline.Reader.Packets;

    /// <summary>Ends when the source has nothing more and everything was handed to the publisher.</summary>
    public Task Ended => ended.Task;

    /// <summary>Whether it was told to end before its source was at an end.</summary>
    public bool IsStopped => stop.IsCancellationRequested;

    /// <summary>Starts a sensor.</summary>
    /// <param name="name">Its name, for ever.</param>
    /// <param name="spool">Folder of its spool alone.</param>
    /// <param name="source">Where frames come from; disposed of with the sensor.</param>
    /// <param name="hub">Who takes the batches.</param>
    /// <param name="options">What the pipeline is given.</param>
    /// <param name="clock">Wall clock.</param>
    /// <param name="log">Log.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <param name="ring">Where its latest packets are kept; null for nowhere.</param>
    public static async Task<SensorRun> StartAsync(string name, string spool, ICaptureSource source, IBatchReceiver hub, SensorOptions options, TimeProvider clock, ILogger log, CancellationToken cancel, RecentPackets? ring = null)
    {
        // What was recorded can wait for the hub, also when it is played back; live traffic cannot, what it loses is counted.
        SensorLink link = await SensorLink.OpenAsync(name, spool, hub, waits: source is not LiveSource, isAgain: source is not ILiveSource, cancel: cancel);
        return new SensorRun(link, source, options, clock, log, ring);
    }

    /// <summary>Rules take the place of those that ran, from the next packets on; null for none.</summary>
    public void Use(RuleSet? rules) => pipeline.Use(rules ?? RuleSet.Empty);

    /// <summary>Other sums of files are wanted beside SHA-256.</summary>
    public void Use(FileSums sums) => pipeline.Use(sums);

    /// <summary>Ends the source, hands out what was read, and brings it to the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        // A capture goes on at the next start where it was: the ends that flows are given here must not get through.
        if (Source is not ILiveSource) Link.Outbox.Dispose();
        await stop.CancelAsync();
        // Held up by a hub that takes nothing? Then what was not stored is given up: it was never acknowledged.
        if (await Task.WhenAny(Ended, Task.Delay(Farewell)) != Ended) Link.Outbox.Dispose();
        await Ended;
        // What was seen last is stored before the doors close, as far as the hub takes it at once.
        if (Source is ILiveSource) await HandOnAsync();
        if (timer is not null) await timer.DisposeAsync();
        await Link.DisposeAsync();
        Source.Dispose();
        stop.Dispose();
    }

    private async Task HandOnAsync()
    {
        using CancellationTokenSource patience = new(Farewell);
        try
        {
            await Link.EmptyAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The rest goes at the next start.
        }
    }

    private void Run()
    {
        try
        {
            pipeline.Run(stop.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A defect in one sensor must not take the console with it; its data so far are safe.
            HasFailed = true;
            LogFailed(log, Link.Sensor, e);
        }
        finally
        {
            isOver = true;
            Publish();
            ended.TrySetResult();
        }
    }

    /// <summary>A beat of the timer. A source that waits for the hub holds it up; the next beats must not queue behind it.</summary>
    private void Beat()
    {
        if (!counting.TryEnter()) return;
        try
        {
            Publish();
        }
        finally
        {
            counting.Exit();
        }
    }

    private void Publish()
    {
        lock (counting)
        {
            Link.Publisher.Count([new("packets", Packets), .. Counters.All.Select(one => KeyValuePair.Create(one.Name, one.Count))]);
            bool isLifeSign = clock.GetElapsedTime(aliveAt) >= LifeSign;
            if (isLifeSign) aliveAt = clock.GetTimestamp();
            Link.Publisher.Tick(isLifeSign);
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Error, Message = "Sensor {Sensor} stopped by a defect of Wardkeeper's; please report it. Start again to go on.")]
    private static partial void LogFailed(ILogger log, string sensor, Exception e);

    /// <summary>Shows the tally everything on its way to the publisher.</summary>
    private sealed class TalliedOutput(ISensorOutput output, TrafficTally tally) : ISensorOutput
    {
        public void Take(Transaction transaction)
        {
            tally.Take(transaction);
            output.Take(transaction);
        }

        public void Take(FlowRecord flow)
        {
            tally.Take(flow);
            output.Take(flow);
        }

        public void Take(Observation observation) => output.Take(observation);

        public void Advance(CaptureTime now) => output.Advance(now);
    }
}
