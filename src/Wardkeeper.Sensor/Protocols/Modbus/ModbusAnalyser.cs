using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Modbus;

/// <summary>
/// Modbus over TCP: each request with its answer, which addresses it reads or writes, exceptions, and the device identification.
/// Kept per flow are the requests that wait, a bounded number. Values of registers are passed by.
/// </summary>
internal sealed class ModbusAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 8, Longest = 260, MostWaiting = 32, Diagnostics = 8, ServerId = 17, Identification = 0x2B, IdentificationKind = 0x0E, Identified = 7;

    private readonly List<Asked> waiting = [];

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "modbus",
        Title = "Modbus",
        Standard = "Modbus Application Protocol V1.1b3, Modbus Messaging on TCP/IP V1.0b",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Any,
        Ports = [502],
        LookAhead = 16,
        MaxHeld = 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        // Eight bytes of structure: where the port says nothing they could be anybody's.
        if (!opening.HasPort(502)) return Match.No;
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < Header) return Match.NeedMore;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (bytes[2] != 0 || bytes[3] != 0 || length is < 2 or > Longest - 6) return Match.No;
        if ((bytes[7] & 0x7F) is 0 or > 0x2B and not (0x5A or 0x5B or 0x64 or 0x65 or 0x66)) return Match.No;
        // Few functions are asked without anything more.
        if (length == 2 && bytes[7] is not (7 or 11 or 12 or 17)) return Match.No;
        // What is asked most is of one length; an answer says how many bytes follow.
        bool isAnswer = opening.Client.IsEmpty != (opening.ClientPort == 502 && opening.ServerPort != 502);
        if (bytes[7] is >= 1 and <= 6 && (!isAnswer || bytes[7] >= 5) && length != 6) return Match.No;
        if (bytes[7] is >= 1 and <= 4 && isAnswer)
        {
            if (bytes.Length < Header + 1) return Match.NeedMore;
            if (length != 3 + bytes[Header]) return Match.No;
        }
        return opening.Client.IsEmpty == (opening.ServerPort == 502) && opening.ClientPort == 502 ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        foreach (Asked asked in waiting) Emit(asked, asked.At, into, "REQ", null, default);
        waiting.Clear();
    }

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
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        return bytes[2] != 0 || bytes[3] != 0 || length is < 2 or > Longest - 6 ? Measured.Wrong(ModbusFaults.MalformedHeader) : new Measured(6 + length, Longest);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        int tid = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        byte unit = bytes[6], function = bytes[7];
        if (message.Side == Side.Client)
        {
            if (waiting.Count == MostWaiting)
            {
                Emit(waiting[0], message.At, into, "REQ", null, default);
                waiting.RemoveAt(0);
            }
            bool hasRange = function is (>= 1 and <= 6) or 15 or 16 or 22 or 23 && bytes.Length >= Header + 4, hasFirst = hasRange || (function is Diagnostics or 24 && bytes.Length >= Header + 2);
            int? first = hasFirst ? BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..]) : null, quantity = hasRange ? function is 5 or 6 or 22 ? 1 : BinaryPrimitives.ReadUInt16BigEndian(bytes[(Header + 2)..]) : null;
            waiting.Add(new Asked(tid, unit, function, first, quantity, message.At, message.Range));
            return Continuation.Stay;
        }
        int at = waiting.FindIndex(one => one.Tid == tid && one.Unit == unit && one.Function == (function & 0x7F));
        Asked asked = at >= 0 ? waiting[at] : new Asked(tid, unit, (byte)(function & 0x7F), null, null, message.At, message.Range);
        if (at >= 0) waiting.RemoveAt(at);
        Emit(asked, message.At, into, at >= 0 ? null : "RESP", (function & 0x80) != 0 && bytes.Length > Header ? ModbusNames.Exception(bytes[Header]) : null, bytes[Header..], message.Range);
        return Continuation.Stay;
    }

    private static void Emit(Asked asked, CaptureTime at, ITransactionSink into, string? half, string? exception, ReadOnlySpan<byte> answer, ByteRange where = default)
    {
        Span<(int From, int Length)> objects = stackalloc (int, int)[Identified];
        objects.Clear();
        if (asked.Function == Identification && exception is null) Identify(answer, objects);
        bool isDiagnostics = asked.Function == Diagnostics;
        ModbusExchange row = new(at, asked.Where)
        {
            Began = asked.At,
            Tid = asked.Tid,
            Unit = asked.Unit,
            Func = ModbusNames.Function(asked.Function),
            Subfunction = isDiagnostics && asked.Address is { } subfunction ? ModbusNames.Diagnostic(subfunction) : null,
            IsWrite = asked.Function is 5 or 6 or 15 or 16 or 21 or 22 or 23 || (isDiagnostics && asked.Address is 1 or 3 or 4 or 10 or 20),
            Address = isDiagnostics ? null : asked.Address,
            Quantity = asked.Quantity,
            PduType = half,
            Exception = exception,
            Vendor = Text(answer, objects[0]),
            Product = Text(answer, objects[1]),
            Revision = Text(answer, objects[2]),
            ProductName = Text(answer, objects[4]),
            Model = Text(answer, objects[5]),
            Application = Text(answer, objects[6]),
            ServerId = asked.Function == ServerId && exception is null && answer.Length > 1 ? Printable(answer[1..]) : null,
        };
        ByteRange body = where with { Start = where.Start + Header, Length = answer.Length };
        into.Emit(row with { Places = TextPlace.Of(null, answer, body, row.Vendor, row.Model ?? row.Product, row.ProductName, row.Revision, row.ServerId) });
    }

    /// <summary>Where in the answer the objects of a device identification lie: vendor, product code, revision, URL, product, model, application. Application Protocol 6.21.</summary>
    private static void Identify(ReadOnlySpan<byte> answer, Span<(int From, int Length)> objects)
    {
        if (answer.Length < 6 || answer[0] != IdentificationKind) return;
        SpanReader reader = new(answer);
        reader.Skip(6);
        for (int i = 0; i < answer[5]; i++)
        {
            byte id = reader.U8(), length = reader.U8();
            int from = reader.Position;
            reader.Skip(length);
            if (reader.Failed) break;
            if (id < objects.Length) objects[id] = (from, length);
        }
    }

    private static string? Text(ReadOnlySpan<byte> bytes, (int From, int Length) part) => part.Length == 0 ? null : Encoding.ASCII.GetString(bytes.Slice(part.From, part.Length));

    /// <summary>The longest text among bytes whose meaning is the device's own; null when there is none worth the name.</summary>
    private static string? Printable(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> best = default;
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            ReadOnlySpan<byte> run = end < 0 ? bytes : bytes[..end];
            if (run.Length > best.Length) best = run;
            bytes = bytes[(end < 0 ? bytes.Length : end + 1)..];
        }
        return best.Length >= 4 ? Encoding.ASCII.GetString(best).Trim() : null;
    }

    /// <summary>A request that waits.</summary>
    private readonly record struct Asked(int Tid, byte Unit, byte Function, int? Address, int? Quantity, CaptureTime At, ByteRange Where);
}
