using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.S7comm;

/// <summary>
/// Siemens' S7 communication as the 300 and 400 controllers speak it: jobs with their answers, the variables they touch, blocks that
/// are loaded, starts and stops, and the list in which a controller describes itself. Kept per flow are the requests that wait and
/// one list that comes in parts, both bounded. Values of variables are passed by; passwords are never kept.
/// </summary>
internal sealed class S7Analyser : MessageAnalyser, IProtocol
{
    private const int Longest = 2048, LongestList = 8192, MostWaiting = 32, MostVariables = 20;
    private const byte ProtocolId = 0x32, Job = 1, Acknowledge = 2, AcknowledgeData = 3, UserData = 7, CpuGroup = 4, ReadSzl = 1;

    private readonly Waiting<int, S7Exchange> waiting = new(MostWaiting);
    private readonly List<byte> list = [];
    private int listSequence = -1;
    private int? tsap;
    private S7Exchange? openList;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "s7comm",
        Title = "S7 communication, plant controllers",
        Standard = "Siemens S7 communication over RFC 1006; SIMATIC system and standard functions (A5E02789976)",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(3),
        Ports = [102],
        LookAhead = 256,
        MaxHeld = 8 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => Recognise(in opening, ProtocolId, static data => data.Length < 2 ? Match.NeedMore : data[1] switch
    {
        Job => Match.Yes,
        Acknowledge or AcknowledgeData => Match.YesReversed,
        // Of user data the parameters tell which half it is.
        UserData => data.Length < 16 ? Match.NeedMore : data[15] >> 4 == 4 ? Match.Yes : Match.YesReversed,
        _ => Match.No,
    });

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        list.Clear();
        listSequence = -1;
        tsap = null;
        openList = null;
    }

    /// <summary>Whether the first data of the transport is S7 of this kind; a connection's messages alone tell nothing.</summary>
    /// <param name="opening">The opening.</param>
    /// <param name="id">First byte of the protocol.</param>
    /// <param name="half">Whether data is a request, seen from the side that sent it.</param>
    internal static Match Recognise(in Opening opening, byte id, Func<ReadOnlySpan<byte>, Match> half)
    {
        bool isClient = !opening.Client.IsEmpty;
        int first = Tpkt.FirstData(isClient ? opening.Client : opening.Server, out ReadOnlySpan<byte> data);
        if (first == -1) return Match.NeedMore;
        if (first != id) return Match.No;
        Match match = half(data);
        return isClient ? match : match switch { Match.Yes => Match.YesReversed, Match.YesReversed => Match.Yes, _ => match };
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Tpkt.Header) return Measured.Need(Tpkt.Header);
        int length = Tpkt.Length(bytes);
        return length < 0 ? Measured.Wrong(S7Faults.MalformedPacket) : new Measured(length, Longest);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> packet = message.Bytes;
        if (Tpkt.Kind(packet) == Tpkt.ConnectionRequest && Tpkt.Parameter(packet, 0xC2) is { Length: 2 } called) tsap = called[1];
        ReadOnlySpan<byte> data = Tpkt.UserData(packet);
        if (data.IsEmpty) return Continuation.Stay;
        if (data[0] != ProtocolId)
        {
            into.Report(S7Faults.NotS7);
            return Continuation.Stay;
        }
        int header = data.Length > 1 && data[1] is Acknowledge or AcknowledgeData ? 12 : 10;
        if (data.Length < header)
        {
            into.Report(S7Faults.MalformedMessage);
            return Continuation.Stay;
        }
        int reference = BinaryPrimitives.ReadUInt16LittleEndian(data[4..]), parameters = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        if (header + parameters > data.Length)
        {
            into.Report(S7Faults.MalformedMessage);
            return Continuation.Stay;
        }
        ReadOnlySpan<byte> parameter = data.Slice(header, parameters), rest = data[(header + parameters)..];
        switch (data[1])
        {
            case Job when parameters > 0:
                waiting.Add(reference, Asked(in message, reference, parameter), into);
                break;
            case Acknowledge or AcknowledgeData:
                Answered(in message, reference, BinaryPrimitives.ReadUInt16BigEndian(data[10..]), parameter, rest, into);
                break;
            case UserData when parameters >= 8:
                Functions(in message, reference, parameter, rest, into);
                break;
        }
        return Continuation.Stay;
    }

    /// <summary>A job: what it is and what it touches.</summary>
    private S7Exchange Asked(in Message message, int reference, ReadOnlySpan<byte> parameter)
    {
        byte function = parameter[0];
        S7Exchange row = new(message.At, message.Range)
        {
            PduReference = reference,
            Function = S7Names.Function(function),
            PduType = "REQ",
            IsWrite = function is 0x05 or 0x1A or 0x1B or 0x1C or 0x28 or 0x29,
        };
        return function switch
        {
            0x04 or 0x05 => row with { Variables = Variables(parameter) },
            0x1A or 0x1B or 0x1C or 0x1D when parameter.Length > 9 => row with { Block = S7Names.Block(Text(parameter, 8)) },
            0x28 when parameter.Length > 10 => Service(row, parameter),
            0xF0 => row with { Rack = tsap >> 5, Slot = tsap & 0x1F },
            _ => row,
        };
    }

    /// <summary>A program service: start, compress, activate a block; its name lies behind its arguments.</summary>
    private static S7Exchange Service(S7Exchange row, ReadOnlySpan<byte> parameter)
    {
        int arguments = BinaryPrimitives.ReadUInt16BigEndian(parameter[8..]), at = 10 + arguments;
        string? name = at < parameter.Length ? ShortText.Of(Text(parameter, at), 32) : null;
        // The argument of _INSE and _DELE is a count and blocks; a start's is a letter or nothing.
        string? block = name is "_INSE" or "_DELE" && arguments >= 9 ? S7Names.Block([(byte)'_', .. parameter.Slice(12, 7), (byte)'P']) : null;
        return row with { Subfunction = name, Block = block };
    }

    private void Answered(in Message message, int reference, int error, ReadOnlySpan<byte> parameter, ReadOnlySpan<byte> rest, ITransactionSink into)
    {
        S7Exchange? asked = waiting.Take(reference);
        if (asked is null && parameter.IsEmpty) return;
        S7Exchange row = asked ?? new S7Exchange(message.At, message.Range) { PduReference = reference, Function = S7Names.Function(parameter[0]) };
        bool isItems = row.Function is "read-variable" or "write-variable" && parameter.Length > 1 && !rest.IsEmpty;
        into.Emit(row with { At = message.At, Began = asked?.At, PduType = asked is null ? "RESP" : null, Error = S7Names.Error(error) ?? (isItems ? S7Names.Item(rest[0]) : null) });
    }

    /// <summary>User data: requests and answers of function groups, and what the controller says unasked.</summary>
    private void Functions(in Message message, int reference, ReadOnlySpan<byte> parameter, ReadOnlySpan<byte> rest, ITransactionSink into)
    {
        int kind = parameter[5] >> 4, group = parameter[5] & 15, sequence = parameter[7];
        S7Exchange row = new(message.At, message.Range)
        {
            PduReference = reference,
            Function = S7Names.Group(group),
            Subfunction = S7Names.Subfunction(group, parameter[6]),
            PduType = kind == 4 ? "REQ" : kind == 8 ? "RESP" : "PUSH",
            IsWrite = group is 5 || (group, parameter[6]) is (1, 0x0C or 0x10) or (7, 0x02 or 0x04),
        };
        bool isSzl = group == CpuGroup && parameter[6] == ReadSzl;
        ReadOnlySpan<byte> payload = rest.Length > 4 ? rest[4..] : default;
        if (kind == 4)
        {
            // The request for the next part of a list waits for nothing new.
            if (listSequence == sequence && payload.IsEmpty) return;
            if (isSzl && payload.Length >= 2) row = row with { Szl = Convert.ToHexStringLower(payload[..2]) };
            waiting.Add(reference, row, into);
            return;
        }
        if (kind != 8)
        {
            into.Emit(row);
            return;
        }
        bool isLast = parameter.Length < 12 || parameter[9] == 0;
        S7Exchange? asked = listSequence == sequence ? null : waiting.Take(reference);
        if (isSzl && (!isLast || listSequence == sequence))
        {
            if (list.Count + payload.Length <= LongestList) list.AddRange(payload);
            if (listSequence != sequence) openList = asked ?? row;
            listSequence = isLast ? -1 : sequence;
            if (!isLast) return;
            (asked, openList) = (openList, null);
        }
        S7Exchange answered = (asked ?? row) with { At = message.At, Began = asked?.At, PduType = asked is null ? "RESP" : null, Error = parameter.Length >= 12 ? S7Names.Error(BinaryPrimitives.ReadUInt16BigEndian(parameter[10..])) : null };
        // A list that came in several parts lies in several messages.
        if (isSzl) answered = list.Count > 0 ? S7Szl.Read(answered, [.. list], null) : S7Szl.Read(answered, payload, message.Range.Of(message.Bytes, payload));
        list.Clear();
        into.Emit(answered);
    }

    private static List<string>? Variables(ReadOnlySpan<byte> parameter)
    {
        if (parameter.Length < 2) return null;
        List<string> found = [];
        int at = 2;
        for (int i = 0; i < parameter[1] && found.Count < MostVariables && at + 2 <= parameter.Length; i++)
        {
            int length = 2 + parameter[at + 1];
            if (at + length > parameter.Length) break;
            if (S7Names.Variable(parameter.Slice(at, length)) is { } variable) found.Add(variable);
            at += length;
        }
        return found;
    }

    /// <summary>A text behind its length in one byte; as much of it as there is.</summary>
    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> bytes, int at) => bytes.Slice(at + 1, Math.Min(bytes[at], bytes.Length - at - 1));
}
