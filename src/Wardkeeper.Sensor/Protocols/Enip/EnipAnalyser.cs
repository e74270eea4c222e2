using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Enip;

/// <summary>
/// EtherNet/IP: sessions, the identities that devices answer with, and the CIP requests of engineering stations with their answers.
/// Kept per flow are the requests that wait, a bounded number. Values of tags and attributes are passed by, but for the identity.
/// </summary>
internal sealed class EnipAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 24, Longest = 2048, MostWaiting = 32, MostItems = 8;
    private const ushort ListIdentity = 0x63, RegisterSession = 0x65, SendRrData = 0x6F, SendUnitData = 0x70, IdentityItem = 0x0C, ConnectedData = 0xB1, UnconnectedData = 0xB2;

    private readonly Waiting<(ushort, ulong), EnipExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "enip",
        Title = "EtherNet/IP, plant controllers",
        Standard = "ODVA CIP Volumes 1 and 2",
        Carriers = Carrier.Tcp | Carrier.Udp,
        FirstBytes = FirstBytes.Of(0x04, 0x63, 0x64, 0x65, 0x66, 0x6F, 0x70),
        Ports = [44818],
        LookAhead = 64,
        MaxHeld = 8 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length > 1 && bytes[1] != 0) return Match.No;
        if (bytes.Length < Header) return opening.Carrier == Carrier.Tcp ? Match.NeedMore : Match.No;
        ushort command = BinaryPrimitives.ReadUInt16LittleEndian(bytes), length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        uint session = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), status = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), options = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]);
        // A time server's client may look the same.
        if (opening.HasPort(123) || EnipNames.Command(command) is null || options != 0 || status > 0x69) return Match.No;
        if (opening.Carrier == Carrier.Udp && length != bytes.Length - Header && !opening.Truncated) return Match.No;
        bool? isAnswer = command switch
        {
            RegisterSession when length == 4 => session != 0,
            ListIdentity or 0x04 or 0x64 when session == 0 || command == ListIdentity => length == 0 ? false : length >= 6 ? true : null,
            0x66 when length == 0 && session != 0 => false,
            SendRrData or SendUnitData when length >= 16 && session != 0 => status != 0,
            _ => null,
        };
        if (isAnswer is null) return Match.No;
        if (command is SendRrData or SendUnitData)
        {
            if (bytes.Length < Header + 8) return Match.NeedMore;
            // CIP's interface is number 0; then a time and the number of items.
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[Header..]) != 0 || BinaryPrimitives.ReadUInt16LittleEndian(bytes[(Header + 6)..]) is 0 or > MostItems) return Match.No;
            ReadOnlySpan<byte> cip = Items(bytes[Header..], out _, out _, out _);
            if (cip.IsEmpty && bytes.Length < Header + length && bytes.Length < 64) return Match.NeedMore;
            isAnswer = CipMessage.IsResponse(cip);
        }
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header) return Measured.Need(Header);
        return EnipNames.Command(BinaryPrimitives.ReadUInt16LittleEndian(bytes)) is null ? Measured.Wrong(EnipFaults.MalformedHeader) : new Measured(Header + BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]), Longest);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        ushort command = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (command == 0) return Continuation.Stay;
        string? status = EnipNames.Status(BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
        ulong pair = BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]);
        int? sequence = null;
        ReadOnlySpan<byte> cip = default, identity = default;
        Fault? fault = null;
        if (command is SendRrData or SendUnitData && bytes.Length > Header) cip = Items(bytes[Header..], out sequence, out _, out fault);
        if (command == ListIdentity && bytes.Length > Header + 2) Items(bytes[(Header - 6)..], out _, out identity, out fault);
        // The end of the message may lie beyond what is shown of it.
        if (fault is not null && message.Length <= bytes.Length) into.Report(fault);
        if (sequence is { } number) pair = (ulong)number;
        bool isRequest = cip.IsEmpty ? message.Side == Side.Client : !CipMessage.IsResponse(cip);
        // Behind item count, type and length, the version stands before the identity.
        if (into.Buffers is { } buffers) EnipBuffers.Offer(bytes, cip, identity, identity.IsEmpty ? null : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(Header + 6)..]), message.Side, buffers);
        fault = null;
        if (isRequest)
        {
            EnipExchange row = new(message.At, message.Range) { Command = EnipNames.Command(command)!, PduType = "REQ", Status = status, CipSequence = sequence };
            if (!cip.IsEmpty) row = CipMessage.Request(row, cip, out fault);
            // Nobody answers the end of a session.
            if (command == 0x66) into.Emit(row);
            else waiting.Add((command, pair), row, into);
        }
        else
        {
            EnipExchange? asked = waiting.Take((command, pair));
            EnipExchange row = (asked ?? new EnipExchange(message.At, message.Range) { Command = EnipNames.Command(command)!, CipSequence = sequence }) with { At = message.At, Began = asked?.At, PduType = asked is null ? "RESP" : null, Status = status };
            if (!cip.IsEmpty) row = CipMessage.Response(row, cip, out fault);
            if (!identity.IsEmpty) row = row with { Identity = CipMessage.Identity(identity) };
            into.Emit(row with { Places = TextPlace.Of(null, bytes, message.Range, row.ProductName ?? row.Identity?.ProductName) });
        }
        if (fault is not null && message.Length <= bytes.Length) into.Report(fault);
        return Continuation.Stay;
    }

    /// <summary>The items behind interface and time: the CIP message of a data item, or an identity. Volume 2, 2-6.</summary>
    private static ReadOnlySpan<byte> Items(ReadOnlySpan<byte> bytes, out int? sequence, out ReadOnlySpan<byte> identity, out Fault? fault)
    {
        sequence = null;
        identity = default;
        SpanReader reader = new(bytes);
        reader.Skip(6);
        int count = Math.Min((int)reader.U16Little(), MostItems);
        ReadOnlySpan<byte> found = default;
        for (int i = 0; i < count; i++)
        {
            ushort type = reader.U16Little();
            ReadOnlySpan<byte> item = reader.Take(reader.U16Little());
            if (reader.Failed) break;
            switch (type)
            {
                case ConnectedData when item.Length > 2:
                    sequence = BinaryPrimitives.ReadUInt16LittleEndian(item);
                    found = item[2..];
                    break;
                case UnconnectedData:
                    found = item;
                    break;
                // Version and socket address come first.
                case IdentityItem when item.Length > 18:
                    identity = item[18..];
                    break;
            }
        }
        fault = reader.Failed ? EnipFaults.MalformedItems : null;
        return found;
    }
}
