using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>
/// Network interfaces as a source: their frames merged in the order of time, each interface through its own ring. A frame waits
/// for earlier ones of other interfaces no longer than <see cref="LiveOptions.Delay"/>, also when the clock is set, and not at all
/// when its ring fills up. An interface that is missing, down or removed is tried again all the time and holds nothing up. Frames
/// are never cut. Nothing is sent.
/// </summary>
internal sealed class LiveSource : ILiveSource
{
    private readonly LiveOptions options;
    private readonly TimeProvider clock;
    private readonly InterfaceQuery query = new();
    private readonly ClockSteps steps;
    private readonly LiveInterface[] interfaces;
    private readonly LibC.PollEntry[] waits;
    private readonly LiveInterface[] waiters;
    private long tickEnds, number, bytes;

    /// <summary>Frames captured up to here have waited long enough, by the clock that stamps them.</summary>
    private CaptureTime due = new(long.MinValue);

    /// <summary>Listens to interfaces, as far as they are there; never throws for those that are not.</summary>
    /// <param name="options">Which, and how.</param>
    /// <param name="clock">Tells how long to wait, and how far capture time is when nothing comes.</param>
    /// <exception cref="ArgumentException">No interface is named, or a size is not possible.</exception>
    /// <exception cref="PlatformNotSupportedException">Not on Linux.</exception>
    public LiveSource(LiveOptions options, TimeProvider clock)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Live capture needs Linux.");
        if (options.Interfaces.Count == 0) throw new ArgumentException("No interface to listen to is named.", nameof(options));
        if (options.BlockSize < 1 << 18 || !System.Numerics.BitOperations.IsPow2(options.BlockSize) || options.Blocks < 2 || (long)options.BlockSize * options.Blocks > 1L << 31)
            throw new ArgumentException("A ring has at least two blocks, each a power of two of at least 262,144 bytes, and at most 2 GiB in all.", nameof(options));
        (this.options, this.clock) = (options, clock);
        steps = new ClockSteps(clock);
        interfaces = [.. options.Interfaces.Distinct(StringComparer.Ordinal).Select((name, source) => new LiveInterface(source, name, options, query, clock))];
        waits = new LibC.PollEntry[interfaces.Length];
        waiters = new LiveInterface[interfaces.Length];
    }

    /// <summary>How the interfaces are doing, in the order in which they were named. Any thread may ask.</summary>
    public IReadOnlyList<LiveInterfaceStatus> Interfaces => [.. interfaces.Select(one => one.Status)];

    /// <inheritdoc/>
    public CaptureTime Now { get; private set; } = new(long.MinValue);

    /// <inheritdoc/>
    public bool HasEnded => false;

    /// <inheritdoc/>
    public (long Read, long Total) Progress => (Interlocked.Read(ref bytes), 0);

    /// <summary>Always empty: how interfaces do is in <see cref="Interfaces"/>.</summary>
    public IReadOnlyList<CaptureProblem> Problems => [];

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInfo> Captures => [.. interfaces.Select(one => one.Info)];

    /// <inheritdoc/>
    public void BeginBatch()
    {
        steps.Look();
        long now = clock.GetTimestamp();
        tickEnds = now + Stamps(options.Tick);
        foreach (LiveInterface one in interfaces) one.Care(now);
    }

    /// <inheritdoc/>
    public bool TryRead(out RawPacket packet)
    {
        while (true)
        {
            LiveInterface? earliest = Earliest(out bool isSure);
            long wait = long.MaxValue;
            if (earliest is not null)
            {
                if (!isSure) wait = WaitOf(earliest);
                if (isSure || wait <= 0)
                {
                    earliest.Take(out packet);
                    packet.Number = ++number;
                    Interlocked.Add(ref bytes, packet.CapturedLength);
                    return true;
                }
            }
            long left = tickEnds - clock.GetTimestamp();
            if (left <= 0)
            {
                Advance(earliest);
                packet = default;
                return false;
            }
            Wait(Math.Min(wait, left));
        }
    }

    /// <inheritdoc/>
    public void AddCounters(SensorCounters into)
    {
        if (steps.Count > 0) into.Count("clock-jump", number, steps.Count);
        foreach (LiveInterface one in interfaces)
        {
            LiveInterfaceStatus status = one.Status;
            if (status.KernelDrops > 0)
            {
                into.Count("kernel-drops", number, status.KernelDrops);
                into.Count("kernel-drops/" + status.Name, number, status.KernelDrops);
            }
            if (status.Outages > 0) into.Count("interface-outages/" + status.Name, number, status.Outages);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LiveInterface one in interfaces) one.Dispose();
        query.Dispose();
    }

    /// <summary>The interface whose waiting frame is the earliest; sure if every other one that is open has one waiting too.</summary>
    private LiveInterface? Earliest(out bool isSure)
    {
        LiveInterface? earliest = null;
        isSure = true;
        foreach (LiveInterface one in interfaces)
        {
            if (one.IsEmpty && !one.TryRefill(clock.GetTimestamp())) isSure &= !one.IsOpen;
            else if (earliest is null || one.HeadAt < earliest.HeadAt) earliest = one;
        }
        return earliest;
    }

    /// <summary>How long a frame still has to wait for others, in the clock's stamps; 0 if not.</summary>
    private long WaitOf(LiveInterface earliest)
    {
        if (earliest.HeadAt <= due) return 0;
        due = new CaptureTime((clock.GetUtcNow() - DateTimeOffset.UnixEpoch - options.Delay).Ticks * 100);
        if (earliest.HeadAt <= due || earliest.IsPressed) return 0;
        long byClock = (earliest.HeadAt.Nanoseconds - due.Nanoseconds) / 100 * clock.TimestampFrequency / TimeSpan.TicksPerSecond;
        // Whatever the stamps say: the clock may have been set since.
        return Math.Min(byClock, earliest.TakenAt + Stamps(options.Delay) - clock.GetTimestamp());
    }

    /// <summary>Nothing is due: capture time follows the clock at the distance that frames may still have.</summary>
    private void Advance(LiveInterface? earliest)
    {
        long now = ((clock.GetUtcNow() - DateTimeOffset.UnixEpoch - options.Delay - options.BlockLife).Ticks) * 100;
        if (earliest is not null) now = Math.Min(now, earliest.HeadAt.Nanoseconds);
        // A clock that is set back makes capture time stand still, never run back.
        if (now > Now.Nanoseconds) Now = new CaptureTime(now);
    }

    private unsafe void Wait(long stamps)
    {
        int open = 0;
        foreach (LiveInterface one in interfaces)
        {
            // A frame that waits here does not need another block.
            if (!one.IsOpen || !one.IsEmpty) continue;
            waits[open] = new LibC.PollEntry { File = one.Socket, Events = LibC.PollEntry.In };
            waiters[open++] = one;
        }
        int milliseconds = (int)Math.Clamp((stamps * 1000 / clock.TimestampFrequency) + 1, 1, 1000);
        fixed (LibC.PollEntry* first = waits)
        {
            if (LibC.Poll(first, (nuint)open, milliseconds) <= 0) return;
        }
        bool isTroubled = false;
        for (int i = 0; i < open; i++)
        {
            if ((waits[i].Happened & ~LibC.PollEntry.In) == 0) continue;
            waiters[i].OnError();
            isTroubled = true;
        }
        if (!isTroubled) return;
        long now = clock.GetTimestamp();
        foreach (LiveInterface one in interfaces) one.Care(now);
    }

    private long Stamps(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
