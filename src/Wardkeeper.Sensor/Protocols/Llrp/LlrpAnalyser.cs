using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Llrp;

/// <summary>
/// LLRP, by which software speaks with RFID readers: what a reader is, what it is told to do, its events, and how many tags it
/// reports. Kept per flow: a bounded number of requests that wait, and the counts. The reader is the protocol's server, whoever opened
/// the connection. Numbers of tags, and passwords of tag operations, are not read.
/// </summary>
internal sealed class LlrpAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 10, Longest = 1 << 24, Shown = 32 * 1024, MostWaiting = 32, MostEvents = 16, MostDepth = 4;

    private readonly Waiting<(int Type, uint Id), LlrpExchange> waiting = new(MostWaiting);
    private long reports, tags;
    private ulong antennas;
    private CaptureTime lastReport;
    private ByteRange firstReport;
    private string version = "1.0.1";

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "llrp",
        Title = "Low Level Reader Protocol (RFID readers)",
        Standard = "GS1 LLRP 1.0.1, 1.1",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0x04, 0x08),
        Ports = [5084],
        LookAhead = 32,
        MaxHeld = 40 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 2) return bytes.IsEmpty || bytes[0] is 0x04 or 0x08 ? Match.NeedMore : Match.No;
        if (bytes[0] is not (0x04 or 0x08)) return Match.No;
        int type = bytes[1];
        if (LlrpNames.Message(type) is null && LlrpNames.RequestOf(type) == 0 && type is not (LlrpNames.Report or LlrpNames.KeepAlive or LlrpNames.KeepAliveAck)) return Match.No;
        if (bytes.Length < Header) return Match.NeedMore;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
        if (!IsLength(type, length)) return Match.No;
        if (length >= Header + 4 && FirstParameter(type) is not 0 and int expected)
        {
            if (bytes.Length < Header + 4) return Match.NeedMore;
            if ((BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..]) & 0xFC00) != 0 || BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..]) != expected || BinaryPrimitives.ReadUInt16BigEndian(bytes[(Header + 2)..]) > length - Header) return Match.No;
        }
        return LlrpNames.IsOfReader(type) == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        waiting.End(into);
        EmitReports(into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        (reports, tags, antennas, lastReport, firstReport, version) = (0, 0, 0, default, default, "1.0.1");
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header) return Measured.Need(Header);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
        return (bytes[0] >> 2) is not (1 or 2) || length is < Header or > Longest ? Measured.Wrong(LlrpFaults.MalformedHeader) : new Measured(length, Shown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        int type = BinaryPrimitives.ReadUInt16BigEndian(message.Bytes) & 0x3FF;
        uint id = BinaryPrimitives.ReadUInt32BigEndian(message.Bytes[6..]);
        version = message.Bytes[0] >> 2 == 1 ? "1.0.1" : "1.1";
        ReadOnlySpan<byte> body = message.Bytes[Header..];
        bool isWhole = message.Bytes.Length == message.Length;
        int request = LlrpNames.RequestOf(type);
        LlrpExchange row = new(message.At, message.Range) { Version = version, Message = LlrpNames.Message(request == 0 ? type : request) ?? string.Create(CultureInfo.InvariantCulture, $"message-{type}") };
        if (request != 0 || type == LlrpNames.Error)
        {
            if (request != 0 && waiting.Take((request, id)) is { } asked) row = row with { Began = asked.At, Rospec = asked.Rospec, Operations = asked.Operations };
            row = Read(body, row, isWhole, 0, into);
            into.Emit(row with { Places = TextPlace.Of(null, message.Bytes, message.Range, row.Firmware) });
        }
        else if (type == LlrpNames.Report) Count(body, in message, isWhole, into);
        else if (type == LlrpNames.Event) into.Emit(Read(body, row, isWhole, 0, into));
        else if (type is not (LlrpNames.KeepAlive or LlrpNames.KeepAliveAck))
        {
            if (type is >= 21 and <= 25 && body.Length >= 4) row = row with { Rospec = BinaryPrimitives.ReadUInt32BigEndian(body) };
            else if (type is 20 or 40) row = Read(body, row, isWhole, 0, into);
            if (type is 22 or 23 or LlrpNames.Close) EmitReports(into);
            // What is never answered does not wait.
            if (type is 60 or 64 or LlrpNames.Custom) into.Emit(row);
            else waiting.Add((type, id), row, into);
        }
        return Continuation.Stay;
    }

    /// <summary>Takes what parameters say.</summary>
    private static LlrpExchange Read(ReadOnlySpan<byte> body, LlrpExchange row, bool isWhole, int depth, ITransactionSink into)
    {
        ParameterList parameters = new(body);
        List<string>? events = null, operations = null;
        // GET_READER_CONFIG and others ask with fields; their answers begin with the status.
        while (parameters.Next())
        {
            ReadOnlySpan<byte> value = parameters.Value;
            switch (parameters.Type)
            {
                case 137: row = Capabilities(value, row); break;
                case 177 when value.Length >= 4: row = row with { Rospec = BinaryPrimitives.ReadUInt32BigEndian(value) }; break;
                case 207 when value.Length > 16 && depth < MostDepth: row = Read(value[16..], row, isWhole, depth + 1, into); break;
                case 209 when depth < MostDepth: row = Read(value, row, isWhole, depth + 1, into); break;
                case 218 when value.Length >= 3: row = Identity(value, row); break;
                case 246 when depth < MostDepth: row = Read(value, row, isWhole, depth + 1, into); break;
                case 256 when value.Length >= 2: row = row with { Connection = LlrpNames.Attempt(BinaryPrimitives.ReadUInt16BigEndian(value)) }; break;
                case 287: row = Status(value, row); break;
                default: break;
            }
            if (LlrpNames.EventOf(parameters.Type) is { } said && (events ??= []).Count < MostEvents) events.Add(said);
            if (LlrpNames.Operation(parameters.Type) is { } operation && (operations ??= []).Count < MostEvents) operations.Add(operation);
        }
        if (parameters.IsCut && isWhole) into.Report(LlrpFaults.MalformedParameter);
        return row with { Events = events ?? row.Events, Operations = operations ?? row.Operations };
    }

    private static LlrpExchange Capabilities(ReadOnlySpan<byte> value, LlrpExchange row)
    {
        SpanReader reader = new(value);
        int antennas = reader.U16();
        reader.Skip(2);
        uint maker = reader.U32(), model = reader.U32();
        string? firmware = ShortText.Of(reader.Take(reader.U16()), 64);
        return reader.Failed ? row : row with { Antennas = antennas, Manufacturer = LlrpNames.Maker(maker) ?? maker.ToString(CultureInfo.InvariantCulture), Model = LlrpNames.Model(maker, model) ?? model.ToString(CultureInfo.InvariantCulture), Firmware = firmware };
    }

    /// <summary>Identification: kind (0 hardware address or EUI-64, 1 EPC), number of bytes, the bytes.</summary>
    private static LlrpExchange Identity(ReadOnlySpan<byte> value, LlrpExchange row)
    {
        SpanReader reader = new(value);
        int kind = reader.U8();
        ReadOnlySpan<byte> id = reader.Take(reader.U16());
        if (reader.Failed || id.Length is 0 or > 32) return row;
        MacAddress mac = kind != 0 ? default : id.Length == 6 ? MacAddress.Read(id)
            : id.Length == 8 && id[3] == 0xFF && id[4] >= 0xFE ? MacAddress.Read([id[0], id[1], id[2], id[5], id[6], id[7]]) : default;
        return row with { ReaderId = Convert.ToHexStringLower(id), Mac = mac.IsGroup ? default : mac };
    }

    private static LlrpExchange Status(ReadOnlySpan<byte> value, LlrpExchange row)
    {
        SpanReader reader = new(value);
        int code = reader.U16();
        ReadOnlySpan<byte> text = reader.Take(reader.U16());
        return reader.Failed ? row : row with { Status = LlrpNames.Status(code), Error = ShortText.Of(text, 200) };
    }

    private void Count(ReadOnlySpan<byte> body, in Message message, bool isWhole, ITransactionSink into)
    {
        if (reports++ == 0) firstReport = message.Range;
        lastReport = message.At;
        ParameterList parameters = new(body);
        while (parameters.Next())
        {
            if (parameters.Type != 240) continue;
            tags++;
            ParameterList fields = new(parameters.Value);
            while (fields.Next())
            {
                if (fields.Type == 1) antennas |= 1UL << Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(fields.Value), 63);
            }
        }
        if (parameters.IsCut && isWhole) into.Report(LlrpFaults.MalformedParameter);
    }

    private void EmitReports(ITransactionSink into)
    {
        if (reports == 0) return;
        int reporting = System.Numerics.BitOperations.PopCount(antennas);
        into.Emit(new LlrpExchange(lastReport, firstReport) { Version = version, Message = "RO_ACCESS_REPORT", Reports = reports, Tags = tags, Antennas = reporting == 0 ? null : reporting });
        (reports, tags, antennas) = (0, 0, 0);
    }

    /// <summary>Whether a message of this type can be so long.</summary>
    private static bool IsLength(int type, uint length) => type switch
    {
        1 => length == 11 || length is > 15 and < 1024,
        LlrpNames.Close or 26 or 44 or 46 or 60 or 64 or LlrpNames.KeepAlive or LlrpNames.KeepAliveAck => length == Header,
        >= 21 and <= 25 or >= 41 and <= 43 => length == 14,
        47 => length == 11,
        2 => length is >= 17 and < 1024,
        3 => length is >= 11 and < 65536,
        LlrpNames.Report => length is Header or (> 14 and <= 1 << 20),
        _ => length is >= 14 and <= 1 << 20,
    };

    /// <summary>The parameter that such a message begins with; 0 where that differs.</summary>
    private static int FirstParameter(int type) => type switch
    {
        20 => 177,
        40 => 207,
        LlrpNames.Event => 246,
        LlrpNames.Report => 240,
        LlrpNames.Error => 287,
        _ => LlrpNames.RequestOf(type) != 0 ? 287 : 0,
    };
}
