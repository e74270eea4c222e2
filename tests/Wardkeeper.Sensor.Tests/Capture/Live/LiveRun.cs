using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Capture.Live;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Flows;

namespace Wardkeeper.Sensor.Tests.Capture.Live;

/// <summary>The whole sensor at the sensor's end of a test network, with a record of every frame that the source gave.</summary>
internal sealed class LiveRun : ILiveSource
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly LiveSource source;
    private readonly PcapWriter written = new(magic: 0xA1B23C4D);
    private readonly CancellationTokenSource cancel = new();
    private readonly ManualResetEventSlim changed = new();
    private readonly Lock gate = new();
    private readonly List<RawPacket> packets = [];
    private readonly List<byte[]> frames = [];
    private Predicate<LiveRun> isOver = static _ => false;

    private LiveRun(LiveOptions options) => source = new LiveSource(options, TimeProvider.System);

    /// <summary>The frames so far.</summary>
    public IReadOnlyList<byte[]> Frames
    {
        get
        {
            lock (gate) return [.. frames];
        }
    }

    /// <summary>Their descriptions; the bytes are gone.</summary>
    public IReadOnlyList<RawPacket> Packets => packets;

    public IReadOnlyList<LiveInterfaceStatus> Interfaces => source.Interfaces;

    /// <summary>What the sensor gave.</summary>
    public SensorRun Output { get; private set; } = null!;

    /// <summary>The frames as a capture.</summary>
    public byte[] Capture => written.ToArray();

    public CaptureTime Now => source.Now;

    public bool HasEnded => source.HasEnded;

    public (long Read, long Total) Progress => source.Progress;

    public IReadOnlyList<CaptureProblem> Problems => source.Problems;

    public IReadOnlyList<CaptureInfo> Captures => source.Captures;

    /// <summary>Runs the sensor on interfaces while <paramref name="script"/> does something to them, and stops it afterwards.</summary>
    public static LiveRun Of(TestNetwork network, LiveOptions options, Action<LiveRun> script, SensorLimits? limits = null)
    {
        LiveRun run = null!;
        Exception? failure = null;
        using ManualResetEventSlim isMade = new();
        Thread sensor = new(() =>
        {
            try
            {
                network.AtSensor(() =>
                {
                    run = new LiveRun(options);
                    isMade.Set();
                    run.Output = SensorRun.Of(run, limits, run.cancel.Token);
                    run.Dispose();
                    return 0;
                });
            }
            catch (Exception e)
            {
                failure = e;
                isMade.Set();
            }
        });
        sensor.Start();
        isMade.Wait();
        try
        {
            script(run);
        }
        finally
        {
            run?.cancel.Cancel();
            sensor.Join();
        }
        if (failure is not null) throw new InvalidOperationException("The run failed.", failure);
        return run!;
    }

    /// <summary>Waits until something is so; it is looked at whenever a batch begins.</summary>
    public void Await(Predicate<LiveRun> condition)
    {
        changed.Reset();
        Volatile.Write(ref isOver, condition);
        Assert.True(changed.Wait(Patience), "it did not happen: " + string.Join("; ", Interfaces) + $"; {Frames.Count} frames");
    }

    /// <summary>Waits until the first interface is in a state.</summary>
    public void Await(LiveInterfaceState state) => Await(run => run.Interfaces.All(one => one.State == state));

    public void BeginBatch()
    {
        source.BeginBatch();
        if (Volatile.Read(ref isOver)(this)) changed.Set();
    }

    public bool TryRead(out RawPacket packet)
    {
        if (!source.TryRead(out packet)) return false;
        lock (gate)
        {
            packets.Add(packet);
            frames.Add(packet.Bytes.ToArray());
            written.Frame(packet.At, packet.Bytes, packet.WireLength);
        }
        return true;
    }

    public void AddCounters(SensorCounters into) => source.AddCounters(into);

    public void Dispose() => source.Dispose();
}
