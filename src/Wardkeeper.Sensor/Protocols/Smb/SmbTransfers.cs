using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Smb;

/// <summary>The content that messages carry behind their fields, one of each side at a time: it goes to the file or pipe it belongs to as it comes.</summary>
internal sealed class SmbTransfers
{
    private Transfer client, server;

    /// <summary>Content of a file begins in a message; what of it is shown already is taken.</summary>
    public void Begin(in SmbMessage message, OpenFile file, long start, long length, ITransactionSink into)
    {
        ref Transfer transfer = ref Of(message.Side);
        long there = Math.Clamp(message.Length - start, 0, length);
        transfer = new Transfer { File = file, Flow = message.Flow, Left = there, Skip = Math.Max(0, start - message.Bytes.Length), Where = message.Range };
        if (start >= 0 && start < message.Bytes.Length) Push(ref transfer, message.Bytes[(int)start..], message.Side, message.At, into);
        else if (there == 0) transfer = default;
    }

    /// <summary>Bytes of a message behind those that were shown.</summary>
    public void PassBy(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, ITransactionSink into)
    {
        ref Transfer transfer = ref Of(side);
        if (transfer.File is null) return;
        int skipped = (int)Math.Min(transfer.Skip, bytes.Length);
        transfer.Skip -= skipped;
        Push(ref transfer, bytes[skipped..], side, at, into);
    }

    /// <summary>Bytes of a side were lost.</summary>
    public void Lose(Side side, long missing)
    {
        ref Transfer transfer = ref Of(side);
        if (transfer.File is not { } file) return;
        long skipped = Math.Min(transfer.Skip, missing), lost = Math.Min(missing - skipped, transfer.Left);
        transfer.Skip -= skipped;
        transfer.Left -= lost;
        if (lost > 0 && file.Pipe is not null) file.Pipe.Lose(side);
        else if (lost > 0) file.Lose(lost);
        if (transfer.Left == 0) transfer = default;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset() => client = server = default;

    private static void Push(ref Transfer transfer, ReadOnlySpan<byte> bytes, Side side, CaptureTime at, ITransactionSink into)
    {
        bytes = bytes[..(int)Math.Min(bytes.Length, transfer.Left)];
        transfer.Left -= bytes.Length;
        if (transfer.File!.Pipe is { } pipe) pipe.Push(side, bytes, at, transfer.Where, transfer.Flow!, into);
        else transfer.File.Push(bytes, into);
        if (transfer.Left == 0) transfer = default;
    }

    private ref Transfer Of(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    private struct Transfer
    {
        public OpenFile? File;
        public FlowView? Flow;
        public ByteRange Where;
        public long Skip;
        public long Left;
    }
}
