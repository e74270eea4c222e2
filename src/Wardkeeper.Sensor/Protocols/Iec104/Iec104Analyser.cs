using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Iec104;

/// <summary>
/// Telecontrol over TCP: commands with their answers, one row for each object of a data unit, starts and stops of the transfer, and
/// per station and type how often it reported how many objects. Kept per flow are the commands that wait and these counts, all bounded. Reported values are passed by.
/// </summary>
internal sealed class Iec104Analyser : MessageAnalyser, IProtocol
{
    private const int Header = 6, Shortest = 4, Longest = 253, Unit = 9, Address = 3, MostWaiting = 32, MostReports = 512;
    private const byte Start = 0x68, StartAct = 0x07, StartCon = 0x0B, StopAct = 0x13, StopCon = 0x23, TestAct = 0x43, TestCon = 0x83, ActTerm = 10;
    private const ushort Port = 2404;

    private readonly Waiting<(byte, int, int), Iec104Message> waiting = new(MostWaiting);
    private readonly SortedDictionary<(int Station, byte Type), Reports> reports = [];

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "iec60870_104",
        Title = "IEC 60870-5-104, telecontrol",
        Standard = "IEC 60870-5-104:2006, IEC 60870-5-101:2003",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(Start),
        Ports = [Port],
        LookAhead = 16,
        MaxHeld = 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length > 1 && bytes[1] is < Shortest or > Longest) return Match.No;
        if (bytes.Length < Header) return Match.NeedMore;
        bool isClient = !opening.Client.IsEmpty;
        if (bytes[1] == Shortest)
        {
            bool isSupervisory = bytes[2] == 1 && bytes[3] == 0 && (bytes[4] & 1) == 0;
            bool isUnnumbered = (bytes[3] | bytes[4] | bytes[5]) == 0 && bytes[2] is StartAct or StartCon or StopAct or StopCon or TestAct or TestCon;
            if (!isSupervisory && !isUnnumbered) return Match.No;
            // Another message has to begin behind it.
            if (bytes.Length > Header && bytes[Header] != Start) return Match.No;
            bool isAnswer = bytes[2] is StartCon or StopCon || (bytes[2] is not (StartAct or StopAct) && opening.ClientPort == Port == isClient && opening.ServerPort == Port != isClient);
            return isAnswer == isClient ? Match.YesReversed : Match.Yes;
        }
        if ((bytes[2] & 1) != 0 || (bytes[4] & 1) != 0 || bytes[1] < Shortest + Unit) return Match.No;
        if (bytes.Length < 9) return Match.NeedMore;
        int cause = bytes[8] & 0x3F;
        if (!Iec104Names.IsType(bytes[6]) || (bytes[7] & 0x7F) == 0 || cause is 0 or > 47) return Match.No;
        bool isFromStation = !Iec104Names.IsCommand(bytes[6]) || cause is 7 or 9 or ActTerm or >= 44;
        return isFromStation == isClient ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        waiting.End(into);
        foreach (((int station, byte type), Reports report) in reports)
            into.Emit(new Iec104Message(report.Last, report.Where) { Began = report.Began, Kind = "reports", Type = Iec104Names.Type(type), CommonAddress = station, Count = report.Count, Objects = report.Objects });
        reports.Clear();
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        reports.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != Start) return Measured.Wrong(Iec104Faults.MalformedMessage);
        if (bytes.Length < 2) return Measured.Need(2);
        return bytes[1] is < Shortest or > Longest ? Measured.Wrong(Iec104Faults.MalformedMessage) : new Measured(2 + bytes[1], 2 + bytes[1]);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        if (bytes[2] is StartAct or StopAct && bytes[1] == Shortest) into.Emit(new Iec104Message(message.At, message.Range) { Kind = bytes[2] == StartAct ? "start-transfer" : "stop-transfer" });
        if ((bytes[2] & 1) != 0) return Continuation.Stay;
        if (bytes.Length < Header + Unit)
        {
            if (bytes.Length > Header) into.Report(Iec104Faults.MalformedMessage);
            return Continuation.Stay;
        }
        byte type = bytes[6];
        int common = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]), count = Math.Max(1, bytes[7] & 0x7F);
        if (!Iec104Names.IsCommand(type))
        {
            if (message.Side == Side.Server) Report(in message, type, common, count);
            return Continuation.Stay;
        }
        // Objects of a command have an address each; of a sequence only the first has.
        int size = Iec104Names.CommandSize(type);
        bool isSequence = (bytes[7] & 0x80) != 0;
        SpanReader reader = new(bytes[(Header + Unit - Address)..]);
        for (int i = 0, address = -1; i < count; i++)
        {
            if (!isSequence || i == 0) address = reader.U16Little() | (reader.U8() << 16);
            else address++;
            if (reader.Failed) break;
            Command(in message, type, common, address, reader.Rest, into);
            if (size == 0) break;
            reader.Skip(size);
        }
        return Continuation.Stay;
    }

    private void Command(in Message message, byte type, int common, int address, ReadOnlySpan<byte> value, ITransactionSink into)
    {
        int cause = message.Bytes[8] & 0x3F;
        if (message.Side == Side.Client)
        {
            waiting.Add((type, common, address), Command(in message, type, cause, common, address, value), into);
            return;
        }
        Iec104Message? asked = waiting.Take((type, common, address));
        // The end of what was confirmed before.
        if (asked is null && cause == ActTerm) return;
        into.Emit((asked ?? Command(in message, type, 0, common, address, value)) with { At = message.At, Began = asked?.At, Answer = Iec104Names.Cause(cause), Negative = (message.Bytes[8] & 0x40) != 0 });
    }

    private void Report(in Message message, byte type, int common, int count)
    {
        if (!Iec104Names.IsType(type)) return;
        if (!reports.TryGetValue((common, type), out Reports? report))
        {
            if (reports.Count == MostReports) return;
            reports.Add((common, type), report = new Reports(message.At, message.Range));
        }
        report.Last = message.At;
        report.Count++;
        report.Objects += count;
    }

    private static Iec104Message Command(in Message message, byte type, int cause, int common, int address, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        bool isSwitch = type is 45 or 46 or 58 or 59 && !value.IsEmpty;
        int state = isSwitch ? value[0] : 0;
        return new Iec104Message(message.At, message.Range)
        {
            Kind = "command",
            Type = Iec104Names.Type(type),
            Cause = cause == 0 ? null : Iec104Names.Cause(cause),
            Test = (bytes[8] & 0x80) != 0 ? true : null,
            IsWrite = Iec104Names.IsWrite(type),
            CommonAddress = common,
            Originator = bytes[9],
            ObjectAddress = address,
            Value = !isSwitch ? null : type is 45 or 58 ? (state & 1) != 0 ? "on" : "off" : (state & 3) switch { 1 => "off", 2 => "on", _ => null },
            Select = isSwitch ? (state & 0x80) != 0 : null,
        };
    }

    /// <summary>How often a station reported one type.</summary>
    private sealed class Reports(CaptureTime began, ByteRange where)
    {
        public CaptureTime Began => began;

        public CaptureTime Last { get; set; }

        public ByteRange Where => where;

        public long Count { get; set; }

        public long Objects { get; set; }
    }
}
