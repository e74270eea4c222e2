using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>
/// Microsoft's remote procedure calls: bindings, calls with their answers and faults, the endpoint mapper's announcements, and the
/// authentication within. Over UDP a call is told by its header alone. The same calls in pipes of SMB are read by the same code.
/// </summary>
internal sealed class DceRpcAnalyser : MessageAnalyser, IProtocol
{
    private const int DatagramHeader = 80, MostWaiting = 16;

    private readonly RpcConversation conversation = new();
    private readonly Waiting<uint, DceRpcCall> datagrams = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "dce_rpc",
        Title = "DCE/RPC (Microsoft's remote procedure calls)",
        Standard = "C706, MS-RPCE",
        Carriers = Carrier.Tcp | Carrier.Udp,
        FirstBytes = FirstBytes.Of(4, 5),
        Ports = [135, 593],
        LookAhead = 80,
        MaxHeld = 64 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.IsEmpty) return Match.NeedMore;
        if (opening.Carrier == Carrier.Udp) return IsDatagram(bytes) ? (bytes[1] is 0 or 1 or 7 or 8) == opening.Client.IsEmpty ? Match.YesReversed : Match.Yes : Match.No;
        if (!RpcPdu.IsHeader(bytes)) return Match.No;
        if (bytes.Length < RpcPdu.Header) return Match.NeedMore;
        bool isClient = bytes[2] is RpcPdu.Request or RpcPdu.Bind or RpcPdu.AlterContext or RpcPdu.Auth3;
        int length = RpcPdu.LengthOf(bytes);
        if (bytes[2] is RpcPdu.Bind or RpcPdu.AlterContext)
        {
            // Sizes, a group, then contexts: the number, and room for that many.
            if (length < 28 + 44) return Match.No;
            if (bytes.Length < 28) return Match.NeedMore;
            if (bytes[24] is 0 or > 64 || bytes[25] != 0 || length < 28 + (bytes[24] * 44)) return Match.No;
        }
        else if (bytes[2] is RpcPdu.Request or RpcPdu.Response && length < RpcPdu.Header + 8)
        {
            return Match.No;
        }
        return isClient == opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public override Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (segment.Flow.Carrier == Carrier.Tcp) return base.Consume(in segment, into);
        Datagram(in segment, into);
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        conversation.End(into);
        datagrams.End(into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        conversation.Reset();
        datagrams.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < RpcPdu.Header) return Measured.Need(RpcPdu.Header);
        if (!RpcPdu.IsHeader(bytes)) return Measured.Wrong(DceRpcFaults.MalformedHeader);
        int length = RpcPdu.LengthOf(bytes);
        return new Measured(length, length);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        conversation.Take(message.Side, message.Bytes, message.At, message.Range, message.Flow, into);
        return Continuation.Stay;
    }

    /// <summary>The header of a datagram. C706, section 12.5.2. PROFINET, which has interfaces of its own, is not meant.</summary>
    private static bool IsDatagram(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < DatagramHeader || bytes[0] != 4 || bytes[1] > 10 || bytes[4] is not (0x10 or 0) || bytes[5] > 3) return false;
        bool isLittle = bytes[4] == 0x10;
        int length = isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[74..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[74..]);
        uint version = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[60..]);
        return length <= bytes.Length - DatagramHeader && (version & 0xFFFF) < 64 && !IsProfinet(InterfaceOf(bytes));
    }

    private static Guid InterfaceOf(ReadOnlySpan<byte> bytes) => new(bytes.Slice(24, 16), bigEndian: bytes[4] != 0x10);

    private static bool IsProfinet(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return bytes[..2].SequenceEqual((ReadOnlySpan<byte>)[0xDE, 0xA0]) && bytes[4..8].SequenceEqual((ReadOnlySpan<byte>)[0x6C, 0x97, 0x11, 0xD1]);
    }

    private void Datagram(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!IsDatagram(bytes))
        {
            into.Report(DceRpcFaults.MalformedHeader);
            return;
        }
        bool isLittle = bytes[4] == 0x10;
        uint sequence = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[64..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[64..]);
        int number = isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[68..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[68..]);
        Guid id = InterfaceOf(bytes);
        if (segment.Side == Side.Client && bytes[1] == 0)
        {
            datagrams.Add(sequence, new DceRpcCall(segment.At, segment.Range(0, bytes.Length)) { Began = segment.At, Endpoint = RpcInterfaces.Name(id), Operation = RpcInterfaces.Operation(id, number), Opnum = number }, into);
        }
        else if (segment.Side == Side.Server && bytes[1] is 2 or 3 or 6 && datagrams.Take(sequence) is { } call)
        {
            into.Emit(call with { At = segment.At, Rtt = segment.At.Since(call.At), Fault = bytes[1] == 2 ? null : bytes[1] == 6 ? "rejected" : "fault" });
        }
    }
}
