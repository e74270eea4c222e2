using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dnp3;

/// <summary>
/// DNP3, as substations and water works speak it: each request of a master with its response, the objects it names, relays it
/// switches, and the attributes in which a device describes itself. Kept per flow are the requests that wait, a bounded number.
/// Of a message in several frames the first is read; values are passed by.
/// </summary>
internal sealed class Dnp3Analyser : MessageAnalyser, IProtocol
{
    private const int MostWaiting = 32, MostObjects = 16, LongestText = 64;
    private const byte Confirm = 0, DirectOperateSilent = 6, Response = 0x81, Unsolicited = 0x82, FromMaster = 0x80, First = 0x40;

    private readonly Waiting<int, Dnp3Exchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "dnp3",
        Title = "DNP3, substations",
        Standard = "IEEE 1815-2012",
        Carriers = Carrier.Tcp | Carrier.Udp,
        FirstBytes = FirstBytes.Of(0x05),
        Ports = [20000],
        LookAhead = 16,
        MaxHeld = 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < Dnp3Frame.Header) return opening.Carrier == Carrier.Tcp && (bytes.Length < 2 || bytes[1] == 0x64) && (bytes.Length < 3 || bytes[2] >= 5) ? Match.NeedMore : Match.No;
        if (!Dnp3Frame.IsHeader(bytes)) return Match.No;
        bool isMaster = (bytes[3] & FromMaster) != 0;
        return isMaster == opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
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
        if (bytes.Length < Dnp3Frame.Header) return bytes[0] == 0x05 ? Measured.Need(Dnp3Frame.Header) : Measured.Wrong(Dnp3Faults.MalformedFrame);
        return Dnp3Frame.IsHeader(bytes) ? new Measured(Dnp3Frame.Length(bytes), Dnp3Frame.Longest) : Measured.Wrong(Dnp3Faults.MalformedFrame);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        Span<byte> data = stackalloc byte[Dnp3Frame.LongestData];
        data = data[..Dnp3Frame.Data(message.Bytes, data)];
        // The transport's first fragment, and the application's: the others go on with its objects.
        if (data.Length < 3 || (data[0] & First) == 0) return Continuation.Stay;
        ReadOnlySpan<byte> said = data[1..];
        if ((said[0] & 0x80) == 0) return Continuation.Stay;
        byte function = said[1];
        int sequence = said[0] & 0x0F, to = BinaryPrimitives.ReadUInt16LittleEndian(message.Bytes[4..]), from = BinaryPrimitives.ReadUInt16LittleEndian(message.Bytes[6..]);
        if (function >= Response)
        {
            if (said.Length < 4) into.Report(Dnp3Faults.MalformedMessage);
            else Answered(in message, sequence, from, to, said, into);
            return Continuation.Stay;
        }
        // A confirmation is not answered.
        if (function == Confirm) return Continuation.Stay;
        Dnp3Exchange row = Asked(new Dnp3Exchange(message.At, message.Range) { FcRequest = Dnp3Names.Function(function), Master = from, Outstation = to, IsWrite = Dnp3Names.IsWrite(function) }, function, said[2..]);
        if (function is DirectOperateSilent or 8 or 10 or 12) into.Emit(row);
        else waiting.Add(sequence, row, into);
        return Continuation.Stay;
    }

    private void Answered(in Message message, int sequence, int from, int to, ReadOnlySpan<byte> said, ITransactionSink into)
    {
        Dnp3Exchange? asked = said[1] == Unsolicited ? null : waiting.Take(sequence);
        Dnp3Exchange row = (asked ?? new Dnp3Exchange(message.At, message.Range) { Master = to, Outstation = from }) with
        {
            At = message.At,
            Began = asked?.At,
            FcReply = Dnp3Names.Function(said[1]),
            Iin = BinaryPrimitives.ReadUInt16BigEndian(said[2..]),
        };
        into.Emit(Attributes(row, said[4..]));
    }

    /// <summary>The headers of a request's objects, as far as no data lies between them, and the first relay's control. Clause 4.2.2.7.</summary>
    private static Dnp3Exchange Asked(Dnp3Exchange row, byte function, ReadOnlySpan<byte> objects)
    {
        SpanReader reader = new(objects);
        List<string>? found = null;
        string? control = null;
        while (reader.Remaining >= 3 && (found?.Count ?? 0) < MostObjects)
        {
            byte group = reader.U8(), variation = reader.U8(), qualifier = reader.U8();
            (found ??= []).Add(string.Create(CultureInfo.InvariantCulture, $"g{group}v{variation}"));
            bool isRelay = group == 12 && variation == 1 && qualifier is 0x17 or 0x28;
            if (isRelay)
            {
                bool isWide = qualifier == 0x28;
                reader.Skip(isWide ? 2 : 1);
                int index = isWide ? reader.U16Little() : reader.U8();
                byte code = reader.U8();
                if (!reader.Failed) control = string.Create(CultureInfo.InvariantCulture, $"{index} {Dnp3Names.Control(code)}");
            }
            // Only reads and their like have headers alone.
            if (function is not (1 or 20 or 21 or 22)) break;
            reader.Skip((qualifier & 0x0F) switch { 0 => 2, 1 => 4, 2 => 8, 6 => 0, 7 => 1, 8 => 2, 9 => 4, _ => reader.Remaining });
        }
        return row with { Objects = found, Control = control };
    }

    /// <summary>Device attributes: group 0, each with the type of its value, its length and the value. Annex A.1.</summary>
    private static Dnp3Exchange Attributes(Dnp3Exchange row, ReadOnlySpan<byte> objects)
    {
        SpanReader reader = new(objects);
        while (reader.Remaining > 7 && reader.U8() == 0)
        {
            byte variation = reader.U8();
            if (reader.U8() != 0) break;
            reader.Skip(2);
            byte type = reader.U8();
            ReadOnlySpan<byte> value = reader.Take(reader.U8());
            if (reader.Failed || type != 1) break;
            string? text = ShortText.Of(value, LongestText);
            row = variation switch
            {
                242 => row with { Software = text },
                243 => row with { Hardware = text },
                245 => row with { Location = text },
                247 => row with { DeviceName = text },
                248 => row with { SerialNumber = text },
                250 => row with { Product = text },
                252 => row with { Vendor = text },
                _ => row,
            };
        }
        return row;
    }
}
