using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Skinny;

/// <summary>Cisco's Skinny Client Control Protocol: who registers, and the streams of speech that are begun, which are announced. Summed up in one row.</summary>
internal sealed class SkinnyAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 12, Longest = 4096, Register = 0x0001, RegisterAck = 0x0081, RegisterReject = 0x009D, OpenReceiveChannelAck = 0x0022, StartMedia = 0x008A;

    private SkinnySession? row;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "skinny",
        Title = "Skinny Client Control Protocol",
        Standard = "SCCP (Cisco)",
        Carriers = Carrier.Tcp,
        Ports = [2000],
        LookAhead = Header,
        MaxHeld = Longest + 8,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (!opening.HasPort(2000) || bytes.IsEmpty) return Match.No;
        if (bytes.Length < Header) return bytes.Length > 3 && (bytes[2] | bytes[3]) != 0 ? Match.No : Match.NeedMore;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes), version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), kind = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        // A message without content is four bytes long, and only the one that keeps the connection alive has the number 0.
        if (length is < 4 or > Longest || version is not (0 or (>= 11 and <= 22)) || kind > 0x16F || (kind == 0 && length != 4)) return Match.No;
        // Which side is the telephone tells the port: the call manager listens.
        return opening.ServerPort == 2000 ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (row is not null) into.Emit(row);
        row = null;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        row = null;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) return Measured.Need(8);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes), version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        return length is < 4 or > Longest || version > 0x20 ? Measured.Wrong(SkinnyFaults.Header) : new Measured(8 + length, 8 + (int)length);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        row ??= new SkinnySession(message.At, message.Range) { Began = message.At };
        SpanReader reader = new(message.Bytes[8..]);
        uint kind = reader.U32Little();
        row = row with { At = message.At, Messages = row.Messages + 1 };
        switch (kind)
        {
            case Register when message.Side == Side.Client:
                ReadOnlySpan<byte> name = new SpanReader(reader.Take(16)).UntilZero();
                reader.Skip(8 + 4);
                uint type = reader.U32Little();
                row = row with { DeviceName = ShortText.Of(name, 16), DeviceType = reader.Failed ? null : type };
                break;
            case RegisterAck or RegisterReject when message.Side == Side.Server:
                row = row with { Registered = kind == RegisterAck };
                break;
            case StartMedia when message.Side == Side.Server:
                reader.Skip(8);
                row = row with { Streams = row.Streams + 1 };
                Announce(ref reader, into);
                break;
            case OpenReceiveChannelAck when message.Side == Side.Client && reader.U32Little() == 0:
                Announce(ref reader, into);
                break;
        }
        return Continuation.Stay;
    }

    /// <summary>An address with a port. Only the form of version 4 addresses before version 17 of the protocol.</summary>
    private static void Announce(ref SpanReader reader, ITransactionSink into)
    {
        uint address = reader.U32(), port = reader.U32Little();
        if (!reader.Failed && address > 0x01000000 && port is > 0 and <= ushort.MaxValue) into.Expect(new ExpectedFlow(Address.FromV4(address), (ushort)port, Carrier.Udp, "rtp"));
    }
}
