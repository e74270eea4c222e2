using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>All problems of a run, in the order they were met. Written by the reader, read by anyone.</summary>
internal sealed class ProblemList
{
    private readonly Lock gate = new();
    private readonly List<CaptureProblem> problems = [];
    private CaptureProblem[]? snapshot;

    /// <summary>What there is so far.</summary>
    public IReadOnlyList<CaptureProblem> Snapshot
    {
        get
        {
            lock (gate) return snapshot ??= [.. problems];
        }
    }

    /// <summary>One more.</summary>
    public void Add(CaptureProblem problem)
    {
        lock (gate)
        {
            problems.Add(problem);
            snapshot = null;
        }
    }
}

/// <summary>What is known of one capture while it is read: counts, times, and which problems were already told.</summary>
internal sealed class CaptureLog(string name, ProblemList problems)
{
    // A capture that is damaged everywhere is described well enough by its first places.
    private const int MostProblems = 20;

    private const long Earliest = 631_152_000 * CaptureTime.PerSecond, Latest = 4_133_980_800 * CaptureTime.PerSecond;

    private int reported;
    private bool toldBackwards, toldImplausible;
    private long first = long.MaxValue;
    private long last = long.MinValue;

    /// <summary>Frames so far.</summary>
    public long Packets { get; private set; }

    /// <summary>Their bytes on the wire.</summary>
    public long Bytes { get; private set; }

    /// <summary>The earliest time stamp so far.</summary>
    public CaptureTime? First => Packets == 0 ? null : new CaptureTime(first);

    /// <summary>The latest time stamp so far.</summary>
    public CaptureTime? Last => Packets == 0 ? null : new CaptureTime(last);

    /// <summary>Counts a frame and looks at its time.</summary>
    /// <param name="packet">The frame; gets its number in the capture.</param>
    /// <param name="offset">Where its record ended, for a problem with its time.</param>
    public void Count(ref RawPacket packet, long offset)
    {
        packet.NumberInSource = ++Packets;
        Bytes += packet.WireLength;
        long at = packet.At.Nanoseconds;
        if (at is < Earliest or >= Latest && !toldImplausible) ReportImplausible(packet.At, offset);
        if (last > at)
        {
            // As unsigned, so that times a whole range apart do not overflow.
            if ((ulong)(last - at) > CaptureTime.PerSecond && !toldBackwards) ReportBackwards(at, offset);
        }
        else
        {
            last = at;
        }
        if (at < first) first = at;
    }

    /// <summary>Reports a problem; beyond a bound only that there are more.</summary>
    /// <param name="packetNumber">See <see cref="CaptureProblem"/>.</param>
    public void Report(CaptureProblemKind kind, long offset, long packetNumber, string detail)
    {
        if (++reported > MostProblems) return;
        if (reported == MostProblems) detail += "; further problems of this capture are not listed";
        problems.Add(new CaptureProblem(name, kind, offset, packetNumber, detail));
    }

    private void ReportImplausible(CaptureTime at, long offset)
    {
        toldImplausible = true;
        Report(CaptureProblemKind.TimeImplausible, offset, Packets, "the time stamp is " + Moment(at));
    }

    private void ReportBackwards(long at, long offset)
    {
        toldBackwards = true;
        double seconds = (ulong)(last - at) / (double)CaptureTime.PerSecond;
        Report(CaptureProblemKind.TimeRunsBack, offset, Packets, FormattableString.Invariant($"{seconds:F3} s earlier than a packet before it"));
    }

    private static string Moment(CaptureTime time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.Nanoseconds / CaptureTime.PerSecond).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) + " UTC";
}
