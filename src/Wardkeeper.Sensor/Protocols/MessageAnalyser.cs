using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Walks streams whose messages begin with their length, as those of most databases, remote desktops and plant controllers do. It
/// shows the derived analyser the beginning of each message, as much of it as it wants, and passes the rest by without holding it.
/// A datagram is walked by itself.
/// After lost bytes a side goes on when they lay within a message whose end was known; otherwise it falls silent, since nothing
/// tells where the next message begins.
/// </summary>
internal abstract class MessageAnalyser : IAnalyser
{
    private StreamPlace client, server;
    private bool wasUnderstood;

    /// <inheritdoc/>
    public virtual Progress Consume(in Segment segment, ITransactionSink into)
    {
        IsStream = segment.Flow.Carrier == Carrier.Tcp;
        if (!IsStream) return Datagram(in segment, into);
        ref StreamPlace place = ref PlaceOf(segment.Side);
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int at = place.Pass(in segment);
        if (at > 0 && !place.IsSilent) PassBy(segment.Side, bytes[..at], segment.At, into);
        while (at < bytes.Length)
        {
            Measured measured = Measure(segment.Side, bytes[at..]);
            if (measured.Fault is { } fault)
            {
                if (!wasUnderstood) return Progress.GiveUp(fault);
                into.Report(fault);
                place.FallSilent();
                return client.IsSilent && server.IsSilent ? Progress.Done(bytes.Length) : new Progress(bytes.Length);
            }
            if (measured.Length == 0) return new Progress(at, measured.Wanted);
            int wanted = (int)Math.Min(measured.Wanted, measured.Length);
            if (bytes.Length - at < wanted) return new Progress(at, wanted);
            wasUnderstood = true;
            Message message = new(bytes.Slice(at, wanted), measured.Length, segment.Range(at, (int)Math.Min(measured.Length, int.MaxValue)), segment.At, segment.Flow);
            place.End = segment.Offset + at + measured.Length;
            Continuation then = Take(in message, into);
            int end = (int)Math.Min(at + measured.Length, bytes.Length);
            if (end > at + wanted) PassBy(segment.Side, bytes[(at + wanted)..end], segment.At, into);
            if (then != Continuation.Stay) return new Progress(then == Continuation.Done ? bytes.Length : end, 0, null, then, Successor);
            at = end;
        }
        return new Progress(at);
    }

    /// <inheritdoc/>
    public virtual void Gap(Side side, long missing, ITransactionSink into) => PlaceOf(side).Lose();

    /// <inheritdoc/>
    public abstract void End(FlowEnd how, ITransactionSink into);

    /// <inheritdoc/>
    public virtual void Reset()
    {
        client = server = default;
        wasUnderstood = false;
    }

    /// <summary>A datagram holds whole messages: what is wrong with one says nothing of the next.</summary>
    private Progress Datagram(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int at = 0;
        while (at < bytes.Length)
        {
            Measured measured = Measure(segment.Side, bytes[at..]);
            int wanted = (int)Math.Min(measured.Wanted, measured.Length);
            if (measured.Fault is not null || wanted == 0 || bytes.Length - at < wanted) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : measured.Fault);
            Message message = new(bytes.Slice(at, wanted), measured.Length, segment.Range(at, (int)Math.Min(measured.Length, int.MaxValue)), segment.At, segment.Flow);
            Continuation then = Take(in message, into);
            if (then != Continuation.Stay) return new Progress(bytes.Length, 0, null, then, Successor);
            at = (int)Math.Min(at + measured.Length, bytes.Length);
        }
        return new Progress(bytes.Length);
    }

    /// <summary>The protocol that takes over after <see cref="Continuation.HandOver"/>; null recognises it afresh.</summary>
    protected virtual string? Successor => null;

    /// <summary>Whether what is measured lies in a stream, and not in a datagram.</summary>
    protected bool IsStream { get; private set; }

    /// <summary>Whether messages of this side are not followed any longer.</summary>
    protected bool IsSilent(Side side) => PlaceOf(side).IsSilent;

    /// <summary>
    /// How long the message is that begins here, and how much of it is wanted. Beyond the first byte nothing is judged before all the
    /// bytes that are needed are there: they may come one by one, and meanwhile the other side speaks.
    /// </summary>
    protected abstract Measured Measure(Side side, ReadOnlySpan<byte> bytes);

    /// <summary>Takes a message; what it answers becomes of the stream behind it.</summary>
    protected abstract Continuation Take(in Message message, ITransactionSink into);

    /// <summary>Bytes of the message taken last that were not wanted with its beginning, as they come; none of them is held.</summary>
    protected virtual void PassBy(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, ITransactionSink into)
    {
    }

    private ref StreamPlace PlaceOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    /// <summary>What is known of a message from its first bytes.</summary>
    /// <param name="Length">Bytes of the whole message, its header included; 0 when more bytes are needed to know it.</param>
    /// <param name="Wanted">Bytes of it that are to be shown together; with length 0 the bytes that are needed to know it.</param>
    /// <param name="Fault">Why it is no message.</param>
    protected readonly record struct Measured(long Length, int Wanted, Fault? Fault = null)
    {
        /// <summary>So many bytes must be there to know the length.</summary>
        public static Measured Need(int bytes) => new(0, bytes);

        /// <summary>No message of this protocol begins so.</summary>
        public static Measured Wrong(Fault fault) => new(0, 0, fault);
    }

    /// <summary>One message, or its beginning.</summary>
    /// <param name="bytes">The bytes that were wanted, header included.</param>
    /// <param name="length">Bytes of the whole message.</param>
    /// <param name="range">Where it lies in the stream.</param>
    /// <param name="at">Time of the packet that brought the last byte shown.</param>
    /// <param name="flow">The flow.</param>
    protected readonly ref struct Message(ReadOnlySpan<byte> bytes, long length, ByteRange range, CaptureTime at, FlowView flow)
    {
        /// <summary>The bytes that were wanted, header included.</summary>
        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        /// <summary>Bytes of the whole message.</summary>
        public long Length { get; } = length;

        /// <summary>Where it lies in the stream.</summary>
        public ByteRange Range { get; } = range;

        /// <summary>Time of the packet that brought the last byte shown.</summary>
        public CaptureTime At { get; } = at;

        /// <summary>The flow.</summary>
        public FlowView Flow { get; } = flow;

        /// <summary>Who sent it.</summary>
        public Side Side => Range.Side;
    }
}
