using System.Buffers;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Drives one flow's analyser: shows it in-order bytes and holds, per side, what it has not consumed. The only place that buffers
/// stream content; what an analyser may ask to see together is bounded by <see cref="ProtocolInfo.MaxHeld"/>.
/// </summary>
internal sealed class StreamFeeder
{
    /// <summary>Beyond a protocol's limit: the analyser asked for more bytes than it declared.</summary>
    public static readonly Fault TooMuchHeld = new("stream.unit-too-long", "ProtocolInfo.MaxHeld");

    /// <summary>An analyser neither consumed nor needed more although bytes were there.</summary>
    public static readonly Fault Stuck = new("stream.no-progress", "IAnalyser.Consume");

    private Hold client, server;
    private Protocol? protocol;
    private IAnalyser? analyser;
    private FlowView? view;
    private bool isDatagram;

    /// <summary>Bytes held for both sides.</summary>
    public int HeldBytes => client.Count + server.Count;

    /// <summary>The protocol that is being read.</summary>
    public Protocol? Protocol => protocol;

    /// <summary>Index of the protocol in the registry that is in use.</summary>
    public int Index { get; set; }

    /// <summary>Whether the analyser has emitted anything in this flow.</summary>
    public bool HasEmitted { get; set; }

    /// <summary>Begins to feed an analyser.</summary>
    public void Attach(Protocol to, IAnalyser with, FlowView flow)
    {
        protocol = to;
        analyser = with;
        view = flow;
        isDatagram = flow.Carrier != Carrier.Tcp;
    }

    /// <summary>Lets the analyser go (to be reset and pooled by the caller) and gives back all memory.</summary>
    public IAnalyser? Detach()
    {
        IAnalyser? was = analyser;
        client.Drop();
        server.Drop();
        analyser = null;
        protocol = null;
        view = null;
        return was;
    }

    /// <summary>
    /// In-order bytes of one side. What the analyser does not take of a stream is held. Returns what becomes of the stream; with
    /// <see cref="Continuation.HandOver"/>, <see cref="Progress.Consumed"/> says how many of <paramref name="bytes"/> belong to the
    /// analyser (bytes held before count as consumed).
    /// </summary>
    public Progress Push(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, long offset, int missing, ITransactionSink into)
    {
        if (isDatagram)
        {
            Progress whole = Show(side, bytes, at, offset, missing, into);
            if (whole.Fault is not null) into.Report(whole.Fault);
            return whole;
        }
        ref Hold hold = ref side == Side.Client ? ref client : ref server;
        return hold.Count == 0 ? Run(ref hold, side, bytes, at, offset, into) : Append(ref hold, side, bytes, at, offset, into);
    }

    /// <summary>Bytes of one side are missing. What was held of that side is shown no more.</summary>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        (side == Side.Client ? ref client : ref server).Drop();
        analyser!.Gap(side, missing, into);
    }

    /// <summary>The flow ended.</summary>
    public void End(FlowEnd how, ITransactionSink into) => analyser?.End(how, into);

    private Progress Append(ref Hold hold, Side side, ReadOnlySpan<byte> bytes, CaptureTime at, long offset, ITransactionSink into)
    {
        int before = hold.Count;
        hold.Add(bytes);
        if (hold.Count < hold.Need) return new Progress(bytes.Length);
        Progress progress = Run(ref hold, side, hold.Lend(), at, offset - before, into);
        hold.Settle();
        return progress with { Consumed = Math.Max(0, progress.Consumed - before) };
    }

    private Progress Run(ref Hold hold, Side side, ReadOnlySpan<byte> bytes, CaptureTime at, long offset, ITransactionSink into)
    {
        int from = 0;
        while (from < bytes.Length)
        {
            Progress step = Show(side, bytes[from..], at, offset + from, 0, into);
            int left = bytes.Length - from - step.Consumed;
            if (step.Fault is not null) into.Report(step.Fault);
            if (step.Then != Continuation.Stay) return step with { Consumed = from + step.Consumed };
            from += step.Consumed;
            if (left == 0) break;
            if (step.Need > protocol!.Info.MaxHeld || (step.Consumed == 0 && left >= protocol.Info.MaxHeld))
            {
                into.Report(TooMuchHeld);
                return new Progress(from, 0, TooMuchHeld, Continuation.GiveUp);
            }
            if (step.Need > left || (step.Consumed == 0 && step.Need == 0))
            {
                hold.Keep(bytes[from..], Math.Max(step.Need, left + 1));
                break;
            }
            if (step.Consumed > 0) continue;
            into.Report(Stuck);
            return new Progress(from, 0, Stuck, Continuation.GiveUp);
        }
        return new Progress(bytes.Length);
    }

    private Progress Show(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, long offset, int missing, ITransactionSink into)
    {
        Segment segment = new() { Side = side, Bytes = bytes, At = at, Offset = offset, Missing = missing, Flow = view! };
        return analyser!.Consume(in segment, into);
    }

    /// <summary>Bytes of one side that wait for more.</summary>
    private struct Hold
    {
        private byte[]? buffer, lent;
        private int lentCount;

        public int Count { get; private set; }

        public int Need { get; private set; }

        public void Keep(ReadOnlySpan<byte> bytes, int need)
        {
            Count = 0;
            Need = need;
            if (lent is not null && bytes.Length == lentCount)
            {
                // Nothing was taken: the same buffer stays, else a long unit would be copied for each of its segments.
                (buffer, Count, lent) = (lent, lentCount, null);
                return;
            }
            Add(bytes);
        }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (buffer is null || buffer.Length - Count < bytes.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Count + bytes.Length, Count * 2));
                buffer.AsSpan(0, Count).CopyTo(larger);
                if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            bytes.CopyTo(buffer.AsSpan(Count));
            Count += bytes.Length;
        }

        /// <summary>The bytes held, which the analyser now looks at; what it leaves is kept again by <see cref="Keep"/>.</summary>
        public ReadOnlySpan<byte> Lend()
        {
            (lent, lentCount, buffer, Count) = (buffer, Count, null, 0);
            return lent.AsSpan(0, lentCount);
        }

        /// <summary>Gives back the lent buffer if it was not kept.</summary>
        public void Settle()
        {
            if (lent is not null) ArrayPool<byte>.Shared.Return(lent);
            lent = null;
        }

        public void Drop()
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
            Count = 0;
            Need = 0;
            Settle();
        }
    }
}
