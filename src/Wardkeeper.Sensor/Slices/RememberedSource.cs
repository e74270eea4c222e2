using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Slices;

/// <summary>A source whose frames go through a ring on their way.</summary>
internal class RememberedSource : ICaptureSource
{
    private readonly ICaptureSource source;
    private readonly RecentPackets ring;

    private RememberedSource(ICaptureSource source, RecentPackets ring) => (this.source, this.ring) = (source, ring);

    /// <inheritdoc/>
    public (long Read, long Total) Progress => source.Progress;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureProblem> Problems => source.Problems;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInfo> Captures => source.Captures;

    /// <summary>The same source, live when it is live, remembered in a ring.</summary>
    public static ICaptureSource Of(ICaptureSource source, RecentPackets ring) => source is ILiveSource live ? new Live(live, ring) : new RememberedSource(source, ring);

    /// <inheritdoc/>
    public bool TryRead(out RawPacket packet)
    {
        if (!source.TryRead(out packet)) return false;
        ring.Add(in packet);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private sealed class Live(ILiveSource live, RecentPackets ring) : RememberedSource(live, ring), ILiveSource
    {
        public CaptureTime Now => live.Now;

        public bool HasEnded => live.HasEnded;

        public void BeginBatch() => live.BeginBatch();

        public bool TakeBreak() => live.TakeBreak();

        public void AddCounters(SensorCounters into) => live.AddCounters(into);
    }
}
