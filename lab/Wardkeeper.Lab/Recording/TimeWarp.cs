namespace Wardkeeper.Lab.Recording;

/// <summary>
/// Stretches a recording that was played fast over the day it stands for. What two hosts say to each other keeps its own timing
/// (an association still takes milliseconds); the quiet between their conversations is what grows. So a C-MOVE and the stores it
/// causes stay together, and a polled monitor is polled every five minutes of the day and not of the recording.
/// </summary>
/// <param name="begin">Time of recording that stands for <paramref name="origin"/>, microseconds since 1970.</param>
/// <param name="origin">Time of the day at which it begins, microseconds since 1970.</param>
/// <param name="speed">How much faster than the day it was played, at least 1.</param>
internal sealed class TimeWarp(long begin, long origin, double speed)
{
    /// <summary>Longest silence within a conversation, in microseconds.</summary>
    private const long Quiet = 200_000;

    private readonly Dictionary<(ulong, ulong), (long Recorded, long Shown)> last = [];

    /// <summary>The time to show for a frame. Frames come in the order of their recording.</summary>
    public long Of(in Frame frame)
    {
        (ulong, ulong) pair = PairOf(frame);
        long shown = origin + (long)((frame.At - begin) * speed);
        if (last.TryGetValue(pair, out (long Recorded, long Shown) before))
        {
            long gap = Math.Max(0, frame.At - before.Recorded);
            shown = gap > Quiet ? Math.Max(shown, before.Shown + gap) : before.Shown + gap;
        }
        last[pair] = (frame.At, shown);
        return shown;
    }

    private static (ulong, ulong) PairOf(in Frame frame)
    {
        (ulong one, ulong other) = frame.Addresses is { From: not 0 } ips ? (ips.From, ips.To) : (frame.Source, frame.Target);
        return one < other ? (one, other) : (other, one);
    }
}
