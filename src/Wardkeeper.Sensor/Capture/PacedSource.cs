using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// Plays captures back as if they happened now: the beginning at once, the rest in its own rhythm, over and over with times that
/// always run forward. Every flow ends with a pass, since the next one uses the same addresses, ports and numbers again. Which
/// frames come with which times depends on the captures and the options alone; the clock only says when they come.
/// </summary>
internal sealed class PacedSource : ILiveSource
{
    private readonly PacedOptions options;
    private readonly TimeProvider clock;
    private readonly ManualResetEventSlim signal = new();
    private readonly long start, recordedFirst, recordedLast, lead;
    private ICaptureSource source;
    private RawPacket head;
    private bool hasHead, isBreak;
    private long passBegins, last, number, tickEnds;
    private long? startedAt;
    private int pass;

    /// <summary>Looks through the captures once for their times. Never throws for what is in them: see <see cref="Problems"/>.</summary>
    /// <param name="options">What, and how fast.</param>
    /// <param name="clock">Tells when frames are due.</param>
    /// <exception cref="ArgumentException">The factor is not above 0 and finite, or a time is negative.</exception>
    public PacedSource(PacedOptions options, TimeProvider clock)
    {
        if (options.Factor is not (> 0 and <= 1e6)) throw new ArgumentException("The factor must be above 0 and at most a million.", nameof(options));
        if (options.Lead < TimeSpan.Zero || options.Gap < TimeSpan.Zero || options.Passes <= 0) throw new ArgumentException("Neither the lead nor the gap may be negative, and there must be a pass.", nameof(options));
        (this.options, this.clock) = (options, clock);
        (recordedFirst, recordedLast) = (long.MaxValue, long.MinValue);
        using (source = CaptureFiles.Open(options.Paths))
        {
            while (source.TryRead(out RawPacket packet))
            {
                recordedFirst = Math.Min(recordedFirst, packet.At.Nanoseconds);
                recordedLast = Math.Max(recordedLast, packet.At.Nanoseconds);
            }
        }
        HasEnded = recordedFirst > recordedLast;
        if (HasEnded) return;
        start = (options.Start ?? CaptureTime.FromDate(clock.GetUtcNow())).Nanoseconds;
        lead = Math.Min(recordedLast - recordedFirst, options.Lead is { } wanted ? wanted.Ticks * 100 : long.MaxValue);
        last = start - lead;
        Now = new CaptureTime(last);
        source = CaptureFiles.Open(options.Paths);
    }

    /// <inheritdoc/>
    public CaptureTime Now { get; private set; }

    /// <inheritdoc/>
    public bool HasEnded { get; private set; }

    /// <summary>Passes that are over.</summary>
    public int PassesOver => Volatile.Read(ref pass);

    /// <inheritdoc/>
    public (long Read, long Total) Progress => source.Progress;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureProblem> Problems => source.Problems;

    /// <summary>The captures as this pass has read them, with the times that they were recorded with.</summary>
    public IReadOnlyList<CaptureInfo> Captures => source.Captures;

    /// <inheritdoc/>
    public void BeginBatch()
    {
        long now = clock.GetTimestamp();
        startedAt ??= now;
        tickEnds = now + Stamps(options.Tick);
    }

    /// <inheritdoc/>
    public bool TryRead(out RawPacket packet)
    {
        packet = default;
        if (HasEnded || (!hasHead && !TryFetch())) return false;
        while (true)
        {
            long elapsed = clock.GetElapsedTime(startedAt!.Value).Ticks * 100, early = head.At.Nanoseconds - start - elapsed;
            if (early <= 0)
            {
                packet = head;
                hasHead = false;
                last = Math.Max(last, head.At.Nanoseconds);
                return true;
            }
            TimeSpan left = clock.GetElapsedTime(clock.GetTimestamp(), tickEnds);
            if (left <= TimeSpan.Zero)
            {
                Advance(start + elapsed);
                return false;
            }
            Wait(TimeSpan.FromTicks(Math.Min((early / 100) + 1, left.Ticks)));
        }
    }

    /// <inheritdoc/>
    public bool TakeBreak()
    {
        bool was = isBreak;
        isBreak = false;
        return was;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        source.Dispose();
        signal.Dispose();
    }

    /// <summary>Reads the next frame and shifts its time. False at the end of a pass; the next one then begins.</summary>
    private bool TryFetch()
    {
        if (source.TryRead(out head))
        {
            head.At = new CaptureTime(Shift(head.At.Nanoseconds));
            head.Number = ++number;
            hasHead = true;
            return true;
        }
        Advance(last);
        isBreak = true;
        passBegins = Shift(recordedLast) + (options.Gap.Ticks * 100);
        Volatile.Write(ref pass, pass + 1);
        // Captures that have gone since give nothing more.
        HasEnded = pass >= options.Passes || source.Captures.All(capture => capture.Packets == 0);
        if (HasEnded) return false;
        source.Dispose();
        source = CaptureFiles.Open(options.Paths);
        return false;
    }

    private long Shift(long recorded)
    {
        // A file that has changed since may hold other times.
        long into = Math.Clamp(recorded, recordedFirst, recordedLast) - recordedFirst;
        if (pass > 0) return passBegins + Shrunk(into);
        return into <= lead ? start - lead + into : start + Shrunk(into - lead);
    }

    private long Shrunk(long nanoseconds) => options.Factor == 1 ? nanoseconds : (long)(nanoseconds / options.Factor);

    private void Advance(long to)
    {
        if (to > Now.Nanoseconds) Now = new CaptureTime(to);
    }

    private void Wait(TimeSpan span)
    {
        // Timers count whole milliseconds.
        TimeSpan whole = TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds));
        using ITimer timer = clock.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), signal, whole, Timeout.InfiniteTimeSpan);
        signal.Wait();
        signal.Reset();
    }

    private long Stamps(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
