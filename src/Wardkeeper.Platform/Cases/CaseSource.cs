using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Cases;

/// <summary>The frames of an uploaded capture: read behind everything else that the machine does, and no longer than over a bounded number of days.</summary>
internal sealed partial class CaseSource(ICaptureSource source, int mostDays, Action<long>? beforeFrame = null) : ICaptureSource
{
    private const long Day = 86_400 * CaptureTime.PerSecond;
    private const int Nice = 10;
    private readonly HashSet<long> days = [];
    private CaptureProblem? stopped;
    private bool isBehind;
    private long frames;

    /// <inheritdoc/>
    public (long Read, long Total) Progress => source.Progress;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureProblem> Problems => stopped is { } problem ? [.. source.Problems, problem] : source.Problems;

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInfo> Captures => source.Captures;

    /// <inheritdoc/>
    public bool TryRead(out RawPacket packet)
    {
        // With one worker the thread that reads is the one that analyses.
        if (!isBehind) (isBehind, _) = (true, SetPriority(0, 0, Nice));
        beforeFrame?.Invoke(++frames);
        if (stopped is null && source.TryRead(out packet))
        {
            if (!days.Add(Math.DivRem(packet.At.Nanoseconds, Day).Quotient) || days.Count <= mostDays) return true;
            stopped = new CaptureProblem(packet.Source == 0 && source.Captures.Count > 0 ? source.Captures[0].Name : "", CaptureProblemKind.TimeImplausible, 0, packet.NumberInSource, FormattableString.Invariant($"the packets spread over more than {mostDays} days; the rest is not read"));
        }
        packet = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
