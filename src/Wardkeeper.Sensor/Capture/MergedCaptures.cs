namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// Captures merged in time order: always the capture whose next frame is earliest, the one named first when times are equal.
/// A capture's own order is kept, and one alone is not reordered at all.
/// </summary>
internal sealed class MergedCaptures : ICaptureSource
{
    private readonly IReadOnlyList<CaptureFile> captures;
    private readonly PriorityQueue<CaptureFile, (long At, int Source)> waiting = new();
    private readonly ProblemList problems;
    private readonly ReadMeter meter;
    private readonly long total;
    private CaptureFile? current;
    private (long At, int Source) bound = (long.MaxValue, int.MaxValue);
    private long number;

    /// <summary>Merges captures.</summary>
    /// <param name="captures">All that could be opened, in the order of the command line.</param>
    /// <param name="isEmpty">Tells which of them have no frame.</param>
    /// <param name="alone">The only one, opened already and not looked into; else null.</param>
    /// <param name="total">Length of all files in bytes; 0 when not known.</param>
    public MergedCaptures(IReadOnlyList<CaptureFile> captures, IReadOnlySet<CaptureFile> isEmpty, CaptureFile? alone, ProblemList problems, ReadMeter meter, long total)
    {
        this.captures = captures;
        this.problems = problems;
        this.meter = meter;
        this.total = total;
        current = alone;
        if (alone is not null) return;
        foreach (CaptureFile capture in captures)
        {
            if (!isEmpty.Contains(capture)) waiting.Enqueue(capture, (capture.HeadAt.Nanoseconds, capture.Source));
        }
    }

    /// <inheritdoc/>
    public (long Read, long Total) Progress => (meter.Read, total == 0 ? 0 : Math.Max(total, meter.Read));

    /// <inheritdoc/>
    public IReadOnlyList<CaptureProblem> Problems => problems.Snapshot;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInfo> Captures => [.. captures.Select(capture => capture.Info)];

    /// <inheritdoc/>
    public bool TryRead(out RawPacket packet)
    {
        if (current is not null && current.TryRead(out packet))
        {
            if (IsDue(packet))
            {
                packet.Number = ++number;
                return true;
            }
            current.Hold(packet);
            waiting.Enqueue(current, (packet.At.Nanoseconds, current.Source));
            current = null;
        }
        return TrySwitch(out packet);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (CaptureFile capture in captures) capture.Dispose();
    }

    private bool IsDue(in RawPacket packet)
    {
        long at = packet.At.Nanoseconds;
        return at < bound.At || (at == bound.At && packet.Source < bound.Source);
    }

    private bool TrySwitch(out RawPacket packet)
    {
        current?.Dispose();
        while (waiting.TryDequeue(out current, out _))
        {
            bound = waiting.TryPeek(out _, out (long, int) next) ? next : (long.MaxValue, int.MaxValue);
            if (current.TryTakeHead(out packet))
            {
                packet.Number = ++number;
                return true;
            }
            current.Dispose();
        }
        packet = default;
        return false;
    }
}
