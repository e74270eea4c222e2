using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Walks streams of text lines with counted bytes between them, as those of mail, rooms and cameras are. It shows the derived
/// analyser each line without its end; a line longer than <see cref="LongestLine"/> comes in pieces. Counted bytes are shown as they
/// come and are not held. After lost bytes a side goes on behind the next line end, or in step when they lay within counted bytes.
/// </summary>
internal abstract class CountedLineAnalyser : IAnalyser
{
    /// <summary>Longest line that is shown in one piece.</summary>
    protected const int LongestLine = 4096;

    private LineSide client, server;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref LineSide side = ref SideOf(segment.Side);
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int at = 0;
        while (at < bytes.Length)
        {
            if (side.Counted > 0)
            {
                int length = (int)Math.Min(side.Counted, bytes.Length - at);
                side.Counted -= length;
                TakeCounted(in segment, bytes.Slice(at, length), side.Counted == 0, into);
                at += length;
                continue;
            }
            int end = bytes[at..Math.Min(bytes.Length, at + LongestLine)].IndexOf((byte)'\n');
            if (end < 0 && bytes.Length - at < LongestLine) return new Progress(at, bytes.Length - at + 1);
            int taken = end < 0 ? LongestLine : end + 1;
            ReadOnlySpan<byte> piece = bytes.Slice(at, taken);
            Line line = new(end < 0 ? piece : piece[..^1].TrimEnd((byte)'\r'), !side.IsWithin, end >= 0, segment.Range(at, taken), segment.At, segment.Flow);
            side.IsWithin = end < 0;
            at += taken;
            if (side.IsLosing)
            {
                // The rest of a line whose beginning is lost; the next one is whole again.
                side.IsLosing = end < 0;
                continue;
            }
            Continuation then = TakeLine(in line, into);
            if (then != Continuation.Stay) return new Progress(then == Continuation.Done ? bytes.Length : at, 0, null, then, Successor);
        }
        return new Progress(at);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        ref LineSide lost = ref SideOf(side);
        bool isInStep = lost.Counted >= missing;
        if (isInStep) lost.Counted -= missing;
        else (lost.Counted, lost.IsLosing, lost.IsWithin) = (0, true, false);
        TakeLoss(side, missing, isInStep, into);
    }

    /// <inheritdoc/>
    public abstract void End(FlowEnd how, ITransactionSink into);

    /// <inheritdoc/>
    public virtual void Reset() => client = server = default;

    /// <summary>The protocol that takes over after <see cref="Continuation.HandOver"/>; null recognises it afresh.</summary>
    protected virtual string? Successor => null;

    /// <summary>The next so many bytes of a side are no lines.</summary>
    protected void Count(Side side, long bytes) => SideOf(side).Counted = bytes;

    /// <summary>Takes a line or a piece of one; what it answers becomes of the stream behind it.</summary>
    protected abstract Continuation TakeLine(in Line line, ITransactionSink into);

    /// <summary>Takes some of the counted bytes.</summary>
    protected virtual void TakeCounted(in Segment segment, ReadOnlySpan<byte> bytes, bool isLast, ITransactionSink into)
    {
    }

    /// <summary>Bytes of a side were lost; <paramref name="isInStep"/> when all lay within counted bytes, so that the next line is known.</summary>
    protected abstract void TakeLoss(Side side, long missing, bool isInStep, ITransactionSink into);

    private ref LineSide SideOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    /// <summary>A line, or a piece of one.</summary>
    /// <param name="bytes">Its bytes without the line end.</param>
    /// <param name="isBeginning">Whether the line begins here.</param>
    /// <param name="isEnd">Whether it ends here.</param>
    /// <param name="range">Where it lies in the stream.</param>
    /// <param name="at">Time of the packet that brought its end.</param>
    /// <param name="flow">The flow.</param>
    protected readonly ref struct Line(ReadOnlySpan<byte> bytes, bool isBeginning, bool isEnd, ByteRange range, CaptureTime at, FlowView flow)
    {
        /// <summary>Its bytes without the line end.</summary>
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        /// <summary>Whether the line begins here.</summary>
        public bool IsBeginning { get; } = isBeginning;

        /// <summary>Whether it ends here.</summary>
        public bool IsEnd { get; } = isEnd;

        /// <summary>Where it lies in the stream.</summary>
        public ByteRange Range { get; } = range;

        /// <summary>Time of the packet that brought its end.</summary>
        public CaptureTime At { get; } = at;

        /// <summary>The flow.</summary>
        public FlowView Flow { get; } = flow;

        /// <summary>Who sent it.</summary>
        public Side Side => Range.Side;
    }

    private struct LineSide
    {
        public long Counted;
        public bool IsLosing;
        public bool IsWithin;
    }
}
