using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Health;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Capture.Live;
using Wardkeeper.Sensor.Checks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Running;

/// <summary>Reads how a sensor is doing, and remembers the last reading to know its rate and its silence. One caller at a time.</summary>
internal sealed class SensorHealthReader(TimeProvider clock)
{
    /// <summary>Without a packet for so long an interface is held to be blind.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RateOver = TimeSpan.FromSeconds(4);
    private readonly Dictionary<string, Reading> readings = new(StringComparer.Ordinal);

    /// <summary>How a sensor is doing now.</summary>
    public SensorHealth Read(SensorRun run)
    {
        SensorKind kind = run.Source switch { LiveSource => SensorKind.Live, PacedSource => SensorKind.Demo, _ => SensorKind.Capture };
        long packets = run.Packets;
        Dictionary<string, long> counters = run.Counters.All.ToDictionary(one => one.Name, one => one.Count, StringComparer.Ordinal);
        TrafficFacts traffic = run.Tally.Facts(packets, run.Counters);
        IReadOnlyList<InterfaceHealth> interfaces = run.Source is LiveSource live ? [.. live.Interfaces.Select(Of)] : [];
        double? rate = Rate(run.Link.Sensor, packets);
        bool hasEnded = run.Ended.IsCompleted;
        bool isSeeing = kind == SensorKind.Capture ? !run.HasFailed && run.Source.Problems.Count == 0 : !hasEnded && packets > 0 && SilentFor(run.Link.Sensor) < Silence;
        CaptureTime? seenTo = run.Source is ILiveSource { Now.Nanoseconds: > 0 } source ? source.Now : run.Source.Captures.Max(one => one.Last?.Nanoseconds) is { } last ? new CaptureTime(last) : null;
        TimeSpan? delay = kind == SensorKind.Live && seenTo is { } to ? Max(clock.Now().Since(to), TimeSpan.Zero) : null;
        return new SensorHealth(run.Link.Sensor, kind, isSeeing, hasEnded, packets, rate, counters.GetValueOrDefault("kernel-drops"), traffic.TcpFlows, traffic.OneSidedTcpFlows, kind == SensorKind.Live ? run.Tally.TimeServersAhead : null, delay, seenTo, run.Link.Outbox.Waiting + run.Link.Spool.Pending, run.Link.Spool.Bytes, interfaces);
    }

    /// <summary>For how long no packet came.</summary>
    public TimeSpan SilentFor(string sensor) => readings.TryGetValue(sensor, out Reading? reading) ? clock.GetElapsedTime(reading.GrewAt) : TimeSpan.Zero;

    /// <summary>State of an interface as the API writes it.</summary>
    public static string StateOf(LiveInterfaceState state) => state switch
    {
        LiveInterfaceState.NoCarrier => "no-carrier",
        LiveInterfaceState.NotPermitted => "not-permitted",
        LiveInterfaceState.UnknownLink => "unknown-link",
        LiveInterfaceState.Starting => "starting",
        LiveInterfaceState.Capturing => "capturing",
        LiveInterfaceState.Missing => "missing",
        LiveInterfaceState.Down => "down",
        _ => "failed",
    };

    private static InterfaceHealth Of(LiveInterfaceStatus one) => new(one.Name, StateOf(one.State), one.Detail, one.Packets, one.Bytes, one.KernelDrops, one.Outages);

    private double? Rate(string sensor, long packets)
    {
        long now = clock.GetTimestamp();
        if (!readings.TryGetValue(sensor, out Reading? last))
        {
            readings[sensor] = new Reading { Packets = packets, At = now, Latest = packets, GrewAt = now };
            return null;
        }
        if (packets > last.Latest) (last.Latest, last.GrewAt) = (packets, now);
        TimeSpan passed = clock.GetElapsedTime(last.At, now);
        if (passed >= RateOver) (last.Rate, last.Packets, last.At) = ((packets - last.Packets) / passed.TotalSeconds, packets, now);
        return last.Rate;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed class Reading
    {
        public long Packets { get; set; }

        public long At { get; set; }

        public long Latest { get; set; }

        public long GrewAt { get; set; }

        public double? Rate { get; set; }
    }
}
