using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Walks streams of text lines, some of them followed by counted bytes, as mail, messaging systems, caches and printers speak. It shows
/// the derived analyser each line without its end, and counted bytes as they come; nothing is held but a line that is not whole. A line
/// longer than <see cref="LongestLine"/> is a fault or comes in pieces. After lost bytes a side goes on in step where they lay within counted
/// bytes; else it goes on behind the next line end, or falls silent where lines mean nothing without those before them.
/// </summary>
internal abstract class LineAnalyser : IAnalyser
{
    /// <summary>Longest line of most of these protocols, its end included.</summary>
    protected const int UsualLine = 4096;

    private Place client, server;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref Place place = ref PlaceOf(segment.Side);
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int at = 0;
        while (at < bytes.Length && !place.IsSilent)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (place.Counted > 0)
            {
                int length = (int)Math.Min(place.Counted, rest.Length);
                place.Counted -= length;
                TakeCounted(in segment, rest[..length], place.Counted == 0, into);
                at += length;
                continue;
            }
            if (place.IsLosing)
            {
                // The rest of a line whose beginning is lost; the next one is whole again.
                int feed = rest.IndexOf((byte)'\n');
                place.IsLosing = feed < 0;
                at = feed < 0 ? bytes.Length : at + feed + 1;
                continue;
            }
            int end = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
            if (end < 0 && rest.Length < LongestLine) return new Progress(at, rest.Length + 1);
            if (end < 0 && TooLong is { } fault)
            {
                if (!place.WasUnderstood) return Progress.GiveUp(fault);
                into.Report(fault);
                place.IsSilent = true;
                break;
            }
            int taken = end < 0 ? LongestLine : end + 1;
            Line line = new(end < 0 ? rest[..taken] : rest[..end].TrimEnd((byte)'\r'), !place.IsWithin, end >= 0, segment.Range(at, taken), segment.At, segment.Flow);
            place.IsWithin = end < 0;
            place.WasUnderstood = true;
            at += taken;
            Continuation then = Take(in line, into);
            if (then != Continuation.Stay) return new Progress(then == Continuation.Done ? bytes.Length : at, 0, null, then, Successor);
        }
        return new Progress(place.IsSilent ? bytes.Length : at);
    }

    /// <inheritdoc/>
    public virtual void Gap(Side side, long missing, ITransactionSink into)
    {
        ref Place lost = ref PlaceOf(side);
        bool isInStep = lost.Counted >= missing;
        if (isInStep) lost.Counted -= missing;
        else (lost.Counted, lost.IsLosing, lost.IsWithin, lost.IsSilent) = (0, true, false, lost.IsSilent || !LinesStandAlone);
        TakeLoss(side, missing, isInStep, into);
    }

    /// <inheritdoc/>
    public abstract void End(FlowEnd how, ITransactionSink into);

    /// <inheritdoc/>
    public virtual void Reset() => client = server = default;

    /// <summary>Bytes of a line at most, its end included.</summary>
    protected virtual int LongestLine => UsualLine;

    /// <summary>What a longer line is; null shows it in pieces.</summary>
    protected virtual Fault? TooLong => null;

    /// <summary>Whether each line can be read without those before it.</summary>
    protected virtual bool LinesStandAlone => true;

    /// <summary>The protocol that takes over after <see cref="Continuation.HandOver"/>; null recognises it afresh.</summary>
    protected virtual string? Successor => null;

    /// <summary>Takes a line or a piece of one; what it answers becomes of the stream behind it.</summary>
    protected abstract Continuation Take(in Line line, ITransactionSink into);

    /// <summary>Takes some of the counted bytes.</summary>
    protected virtual void TakeCounted(in Segment segment, ReadOnlySpan<byte> bytes, bool isLast, ITransactionSink into)
    {
    }

    /// <summary>Bytes of a side were lost; <paramref name="isInStep"/> when all lay within counted bytes, so that the next line is known.</summary>
    protected virtual void TakeLoss(Side side, long missing, bool isInStep, ITransactionSink into)
    {
    }

    /// <summary>The next so many bytes of a side are no lines.</summary>
    protected void Count(Side side, long bytes) => PlaceOf(side).Counted = bytes;

    /// <summary>A side is not followed any longer.</summary>
    protected void FallSilent(Side side) => PlaceOf(side).IsSilent = true;

    /// <summary>Whether a side is not followed any longer.</summary>
    protected bool IsSilent(Side side) => PlaceOf(side).IsSilent;

    private ref Place PlaceOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    /// <summary>A line, or a piece of one.</summary>
    /// <param name="bytes">Its bytes without the line's end.</param>
    /// <param name="isBeginning">Whether the line begins here.</param>
    /// <param name="isEnd">Whether it ends here.</param>
    /// <param name="range">Where it lies in the stream, end included.</param>
    /// <param name="at">Time of the packet that brought its end.</param>
    /// <param name="flow">The flow.</param>
    protected readonly ref struct Line(ReadOnlySpan<byte> bytes, bool isBeginning, bool isEnd, ByteRange range, CaptureTime at, FlowView flow)
    {
        /// <summary>Its bytes without the line's end.</summary>
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        /// <summary>Whether the line begins here.</summary>
        public bool IsBeginning { get; } = isBeginning;

        /// <summary>Whether it ends here.</summary>
        public bool IsEnd { get; } = isEnd;

        /// <summary>Where it lies in the stream, end included.</summary>
        public ByteRange Range { get; } = range;

        /// <summary>Time of the packet that brought its end.</summary>
        public CaptureTime At { get; } = at;

        /// <summary>The flow.</summary>
        public FlowView Flow { get; } = flow;

        /// <summary>Who sent it.</summary>
        public Side Side => Range.Side;
    }

    /// <summary>Where one is in one side's stream.</summary>
    private struct Place
    {
        public long Counted;
        public bool IsLosing, IsWithin, IsSilent, WasUnderstood;
    }
}
