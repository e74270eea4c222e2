namespace Wardkeeper.Lab.Recording;

/// <summary>
/// Stretches a recording that was played fast over the day it stands for. What two hosts say to each other keeps its own timing
/// (an association still takes milliseconds); the quiet between their conversations is what grows. So a C-MOVE and the stores it
/// causes stay together, an answer comes as soon after its request as it did, and a polled monitor is polled every five minutes of the day and not of the recording.
/// </summary>
/// <param name="begin">Time of recording that stands for <paramref name="origin"/>, microseconds since 1970.</param>
/// <param name="origin">Time of the day at which it begins, microseconds since 1970.</param>
/// <param name="speed">How much faster than the day it was played, at least 1.</param>
internal sealed class TimeWarp(long begin, long origin, double speed)
{
    /// <summary>Longest silence within a conversation, in microseconds.</summary>
    private const long Quiet = 200_000;

    /// <summary>Longest time that a server may take for an answer, in microseconds: a C-MOVE is answered when all its images are stored.</summary>
    private const long Answer = 10_000_000;

    private readonly Dictionary<(ulong, ulong), (long Recorded, long Shown)> last = [];
    private readonly Dictionary<(uint, int, uint, int), long> asked = [];

    /// <summary>The time to show for a frame. Frames come in the order of their recording.</summary>
    public long Of(in Frame frame)
    {
        (ulong, ulong) pair = PairOf(frame);
        long shown = origin + (long)((frame.At - begin) * speed);
        if (last.TryGetValue(pair, out (long Recorded, long Shown) before))
        {
            long gap = Math.Max(0, frame.At - before.Recorded);
            shown = gap > Quiet && !IsAnswer(frame) ? Math.Max(shown, before.Shown + gap) : before.Shown + gap;
        }
        last[pair] = (frame.At, shown);
        Remember(frame);
        return shown;
    }

    /// <summary>Whether a client waits for this: it asked something on this connection not long ago. The server is who has the lower port.</summary>
    private bool IsAnswer(in Frame frame) =>
        frame is { Addresses: { } ips, Ports: { } ports } && ports.From < ports.To && asked.TryGetValue((ips.To, ports.To, ips.From, ports.From), out long at) && frame.At - at <= Answer;

    private void Remember(in Frame frame)
    {
        if (frame is { HasSegment: true, Addresses: { } ips, Ports: { } ports } && ports.From > ports.To) asked[(ips.From, ports.From, ips.To, ports.To)] = frame.At;
    }

    private static (ulong, ulong) PairOf(in Frame frame)
    {
        (ulong one, ulong other) = frame.Addresses is { From: not 0 } ips ? (ips.From, ips.To) : (frame.Source, frame.Target);
        return one < other ? (one, other) : (other, one);
    }
}
