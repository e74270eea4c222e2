using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Walks streams of text lines, some of them followed by content of a stated length, as messaging systems and caches speak. It shows the
/// derived analyser each line and passes content by without holding it. After lost bytes a side goes on where they lay within content
/// whose end was known; where lines stand alone, it goes on with the next line; otherwise it falls silent.
/// </summary>
internal abstract class LineAnalyser : IAnalyser
{
    private Place client, server;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref Place place = ref PlaceOf(segment.Side);
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int at = place.Stream.Pass(in segment);
        while (at < bytes.Length && !place.Stream.IsSilent)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            int end = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
            if (end < 0 && place.IsInLostLine) return new Progress(bytes.Length);
            if (end < 0)
            {
                if (rest.Length < LongestLine) return new Progress(at, rest.Length + 1);
                if (!place.WasUnderstood) return Progress.GiveUp(TooLong);
                into.Report(TooLong);
                place.Stream.FallSilent();
                break;
            }
            place.Stream.End = segment.Offset + at + end + 1;
            Continuation then = Continuation.Stay;
            if (place.IsInLostLine)
            {
                place.IsInLostLine = false;
            }
            else
            {
                Line line = new(rest[..end].TrimEnd((byte)'\r'), segment.Range(at, end + 1), segment.At, segment.Flow);
                place.WasUnderstood = true;
                then = Take(in line, into);
            }
            at = (int)Math.Min(bytes.Length, place.Stream.End - segment.Offset);
            if (then != Continuation.Stay) return new Progress(then == Continuation.Done ? bytes.Length : at, 0, null, then, Successor);
        }
        return new Progress(place.Stream.IsSilent ? bytes.Length : at);
    }

    /// <inheritdoc/>
    public virtual void Gap(Side side, long missing, ITransactionSink into)
    {
        if (LinesStandAlone) PlaceOf(side).IsInLostLine = true;
        else PlaceOf(side).Stream.Lose();
    }

    /// <inheritdoc/>
    public abstract void End(FlowEnd how, ITransactionSink into);

    /// <inheritdoc/>
    public virtual void Reset() => client = server = default;

    /// <summary>Bytes of a line at most, its end included.</summary>
    protected abstract int LongestLine { get; }

    /// <summary>What a longer line is.</summary>
    protected abstract Fault TooLong { get; }

    /// <summary>Whether each line can be read without those before it.</summary>
    protected virtual bool LinesStandAlone => false;

    /// <summary>The protocol that takes over after <see cref="Continuation.HandOver"/>; null recognises it afresh.</summary>
    protected virtual string? Successor => null;

    /// <summary>Takes a line; what it answers becomes of the stream behind it.</summary>
    protected abstract Continuation Take(in Line line, ITransactionSink into);

    /// <summary>So many bytes behind the line that is being taken are content.</summary>
    protected void PassBy(Side side, long bytes) => PlaceOf(side).Stream.End += bytes;

    /// <summary>A side is not followed any longer.</summary>
    protected void FallSilent(Side side) => PlaceOf(side).Stream.FallSilent();

    /// <summary>Whether a side is not followed any longer.</summary>
    protected bool IsSilent(Side side) => PlaceOf(side).Stream.IsSilent;

    private ref Place PlaceOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    /// <summary>One line.</summary>
    /// <param name="bytes">Its bytes without the line's end.</param>
    /// <param name="range">Where it lies in the stream, end included.</param>
    /// <param name="at">Time of the packet that brought its end.</param>
    /// <param name="flow">The flow.</param>
    protected readonly ref struct Line(ReadOnlySpan<byte> bytes, ByteRange range, CaptureTime at, FlowView flow)
    {
        /// <summary>Its bytes without the line's end.</summary>
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        /// <summary>Where it lies in the stream, end included.</summary>
        public ByteRange Range { get; } = range;

        /// <summary>Time of the packet that brought its end.</summary>
        public CaptureTime At { get; } = at;

        /// <summary>The flow.</summary>
        public FlowView Flow { get; } = flow;

        /// <summary>Who sent it.</summary>
        public Side Side => Range.Side;
    }

    private struct Place
    {
        public StreamPlace Stream;

        /// <summary>Whether the rest of a line is passed by whose beginning was lost.</summary>
        public bool IsInLostLine { get; set; }

        /// <summary>Whether a line was read.</summary>
        public bool WasUnderstood { get; set; }
    }
}
