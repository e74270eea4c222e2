using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ieee11073;

/// <summary>
/// IEEE 11073-20601 over TCP, by which personal health devices (agents: blood pressure meters, oximeters, scales, glucose meters)
/// speak with a manager. Kept per flow: the association and a bounded number of operations that wait. Measured values are counted, not
/// read. Data APDUs of other encodings than MDER are passed by.
/// </summary>
internal sealed class PhdAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 4, Longest = 64512, MostWaiting = 16, DataProtocol = 20601;
    private const int Aarq = 0xE200, Aare = 0xE300, Rlrq = 0xE400, Rlre = 0xE500, Abrt = 0xE600, Prst = 0xE700;

    private readonly Waiting<int, PhdExchange> waiting = new(MostWaiting);
    private PhdExchange? association, release;
    private Side agent;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ieee11073",
        Title = "Personal health devices (IEEE 11073-20601)",
        Standard = "IEEE 11073-20601, ISO/IEEE 11073-10101",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0xE2, 0xE3, 0xE7),
        Ports = [6024],
        LookAhead = 64,
        MaxHeld = 68 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.IsEmpty) return Match.NeedMore;
        ReadOnlySpan<byte> start = [bytes[0], 0x00];
        if (!start.StartsWith(bytes[..Math.Min(2, bytes.Length)])) return Match.No;
        if (bytes.Length < 14) return Match.NeedMore;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        bool isAnswer;
        switch (bytes[0])
        {
            // Association version, number and length of the protocols, the first protocol.
            case 0xE2 when BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) == 0x80000000 && BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) is > 0 and < 8 && BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]) == length - 8
                && BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) is DataProtocol or 0xFFFF:
                isAnswer = false; break;
            // Result, protocol, length of its information, its version.
            case 0xE3 when BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) <= 8 && BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) == DataProtocol && BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) == length - 6: isAnswer = true; break;
            // Length of the octets, invocation, choice, length of the rest.
            case 0xE7 when BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) == length - 2 && BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]) <= length && IsChoice(BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]))
                && BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]) == length - 8:
                isAnswer = opening.Client.IsEmpty; break;
            default: return Match.No;
        }
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (association is not null) into.Emit(association);
        waiting.End(into);
        if (release is not null) into.Emit(release);
        association = release = null;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        association = release = null;
        agent = default;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header) return Measured.Need(Header);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes) is Aarq or Aare or Rlrq or Rlre or Abrt or Prst ? new Measured(Header + length, Header + Longest) : Measured.Wrong(PhdFaults.MalformedApdu);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        SpanReader reader = new(message.Bytes[Header..]);
        bool isWell = true;
        switch (BinaryPrimitives.ReadUInt16BigEndian(message.Bytes))
        {
            case Aarq:
                if (association is not null) into.Emit(association);
                agent = message.Side;
                association = PhdReader.Request(ref reader, new PhdExchange(message.At, message.Range) { Operation = "association", Agent = agent }, out isWell);
                break;
            case Aare:
                if (message.Side == agent) agent = message.Side == Side.Client ? Side.Server : Side.Client;
                into.Emit(PhdReader.Response(ref reader, association ?? new PhdExchange(message.At, message.Range) { Operation = "association", Agent = agent }, message.At, out isWell));
                association = null;
                break;
            case Rlrq:
                if (release is not null) into.Emit(release);
                release = new PhdExchange(message.At, message.Range) { Operation = "release", Agent = agent };
                break;
            case Rlre:
                PhdExchange asked = release ?? new PhdExchange(message.At, message.Range) { Operation = "release", Agent = agent };
                into.Emit(new PhdExchange(message.At, asked.Bytes) { Began = asked.At, Operation = "release", Agent = agent, Status = "ok" });
                release = null;
                break;
            case Abrt:
                into.Emit(new PhdExchange(message.At, message.Range) { Operation = "abort", Agent = agent, Status = PhdNames.Reason(reader.U16()) });
                break;
            default:
                isWell = Present(ref reader, in message, into);
                break;
        }
        if (!isWell) into.Report(PhdFaults.MalformedContent);
        return Continuation.Stay;
    }

    /// <summary>A data APDU: ROIV, RORS, ROER or RORJ.</summary>
    private bool Present(ref SpanReader reader, in Message message, ITransactionSink into)
    {
        reader.Skip(2);
        int invoke = reader.U16(), choice = reader.U16();
        SpanReader body = new(reader.Take(reader.U16()));
        if (reader.Failed || !IsChoice(choice)) return false;
        bool isWell = true;
        // The peer's numbers are its own.
        int key = invoke | ((int)message.Side << 16), answered = invoke | ((1 - (int)message.Side) << 16);
        switch (choice >> 8)
        {
            case 1:
                PhdExchange row = PhdReader.Invoke(choice, ref body, new PhdExchange(message.At, message.Range) { Operation = PhdNames.Operation(choice), Agent = agent }, out isWell);
                if ((choice & 0xFF) is 0 or 4 or 6) into.Emit(row);
                else waiting.Add(key, row, into);
                break;
            case 2:
                PhdExchange told = PhdReader.Answer(choice, ref body, waiting.Take(answered) ?? new PhdExchange(message.At, message.Range) { Operation = PhdNames.Operation(choice), Agent = agent }, message.At, out isWell);
                into.Emit(told with { Places = TextPlace.Of(null, message.Bytes, message.Range, told.Vendor, told.Model, told.Hardware, told.Software, told.Firmware) });
                break;
            default:
                // An error does not say of what.
                if (waiting.Take(answered) is { } failed) into.Emit(PhdReader.Ended(failed, message.At) with { Status = choice >> 8 == 3 ? "error" : "rejected" });
                break;
        }
        return isWell;
    }

    private static bool IsChoice(int choice) => choice is 0x0100 or 0x0101 or 0x0103 or 0x0104 or 0x0105 or 0x0106 or 0x0107 or 0x0201 or 0x0203 or 0x0205 or 0x0207 or 0x0300 or 0x0400;
}
