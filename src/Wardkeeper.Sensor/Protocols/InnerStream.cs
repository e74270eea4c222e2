using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// A stream that another protocol carries in pieces of its own, as OpenVPN carries TLS and Telnet a serial line. Holds per side what the analyser has not
/// taken, up to <paramref name="most"/> bytes; beyond that, or when the analyser has had enough, the stream is passed by.
/// </summary>
/// <param name="analyser">Reads the stream.</param>
/// <param name="most">Most bytes held of one side.</param>
internal sealed class InnerStream(IAnalyser analyser, int most)
{
    private Hold client, server;

    /// <summary>Whether the rest of the stream is passed by.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The next bytes of one side.</summary>
    public void Push(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, FlowView flow, ITransactionSink into)
    {
        if (IsOver || bytes.IsEmpty) return;
        ref Hold hold = ref side == Side.Client ? ref client : ref server;
        if (hold.Count + bytes.Length > most)
        {
            End(FlowEnd.Detached, into);
            return;
        }
        hold.Add(bytes);
        while (!IsOver && hold.Count > 0 && hold.Count >= hold.Need)
        {
            Segment segment = new() { Side = side, Bytes = hold.Bytes, At = at, Offset = hold.Offset, Flow = flow };
            Progress progress = analyser.Consume(in segment, into);
            if (progress.Fault is { } fault) into.Report(fault);
            if (progress.Then != Continuation.Stay)
            {
                End(FlowEnd.Detached, into);
                return;
            }
            hold.Drop(progress.Consumed);
            hold.Need = progress.Consumed == 0 ? Math.Max(progress.Need, hold.Count + 1) : progress.Need;
        }
    }

    /// <summary>Bytes of one side were lost; what waited of it is shown no more.</summary>
    public void Lose(Side side, long missing, ITransactionSink into)
    {
        if (IsOver) return;
        ref Hold hold = ref side == Side.Client ? ref client : ref server;
        hold.Drop(hold.Count);
        hold.Need = 0;
        analyser.Gap(side, missing, into);
    }

    /// <summary>The stream ends.</summary>
    public void End(FlowEnd how, ITransactionSink into)
    {
        if (!IsOver) analyser.End(how, into);
        IsOver = true;
    }

    /// <summary>Makes it as new.</summary>
    public void Reset()
    {
        analyser.Reset();
        client.Clear();
        server.Clear();
        IsOver = false;
    }

    private struct Hold
    {
        private byte[]? buffer;

        public int Count { get; private set; }

        public int Need { get; set; }

        public long Offset { get; private set; }

        public readonly ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Count);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (buffer is null || buffer.Length - Count < bytes.Length) Array.Resize(ref buffer, Math.Max(4096, 2 * (Count + bytes.Length)));
            bytes.CopyTo(buffer.AsSpan(Count));
            Count += bytes.Length;
        }

        public void Drop(int count)
        {
            buffer.AsSpan(count, Count - count).CopyTo(buffer);
            Count -= count;
            Offset += count;
        }

        public void Clear()
        {
            Count = Need = 0;
            Offset = 0;
        }
    }
}
