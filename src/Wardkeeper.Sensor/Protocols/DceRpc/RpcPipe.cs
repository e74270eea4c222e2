using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>
/// A pipe that SMB carries: gathers the bytes of both directions, as they are written and read, into units of DCE/RPC. It falls silent
/// when something else is said in it, or when bytes were lost.
/// </summary>
/// <param name="name">Name of the pipe.</param>
internal sealed class RpcPipe(string name)
{
    private readonly RpcConversation conversation = new();
    private Gathered client, server;
    private bool hasBegun;

    /// <summary>The next bytes of one direction.</summary>
    public void Push(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range, FlowView flow, ITransactionSink into)
    {
        if (!hasBegun) conversation.Begin(name);
        hasBegun = true;
        ref Gathered gathered = ref side == Side.Client ? ref client : ref server;
        while (!bytes.IsEmpty && !gathered.IsSilent)
        {
            ReadOnlySpan<byte> unit = gathered.Next(ref bytes);
            if (!unit.IsEmpty) conversation.Take(side, unit, at, range, flow, into);
        }
    }

    /// <summary>Bytes of one direction were lost.</summary>
    public void Lose(Side side) => (side == Side.Client ? ref client : ref server).IsSilent = true;

    /// <summary>Hands out what is open.</summary>
    public void End(ITransactionSink into) => conversation.End(into);

    /// <summary>The beginning of a unit, until the rest of it comes.</summary>
    private struct Gathered
    {
        private byte[]? held;
        private int count;

        public bool IsSilent { get; set; }

        /// <summary>A whole unit, or nothing while bytes are missing; what was used is taken off.</summary>
        public ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> bytes)
        {
            int wanted = Wanted(count == 0 ? bytes : held.AsSpan(0, count));
            if (IsSilent) return default;
            if (count == 0 && bytes.Length >= wanted && wanted > RpcPdu.Header)
            {
                ReadOnlySpan<byte> whole = bytes[..wanted];
                bytes = bytes[wanted..];
                return whole;
            }
            int taken = Math.Min(wanted - count, bytes.Length);
            if (held is null || held.Length < count + taken) Array.Resize(ref held, Math.Max(1024, wanted));
            bytes[..taken].CopyTo(held.AsSpan(count));
            bytes = bytes[taken..];
            count += taken;
            wanted = Wanted(held.AsSpan(0, count));
            if (IsSilent || count < wanted) return default;
            count = 0;
            return held.AsSpan(0, wanted);
        }

        private int Wanted(ReadOnlySpan<byte> bytes)
        {
            if (!RpcPdu.IsHeader(bytes)) IsSilent = true;
            return IsSilent || bytes.Length < RpcPdu.Header ? RpcPdu.Header : RpcPdu.LengthOf(bytes);
        }
    }
}
