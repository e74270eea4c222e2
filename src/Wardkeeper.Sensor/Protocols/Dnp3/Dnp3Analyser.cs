using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dnp3;

/// <summary>
/// DNP3, as substations and water works speak it: each request of a master with its response, the objects it names, relays it
/// switches, and the attributes in which a device describes itself. Kept per flow are the requests that wait and, per side, the
/// message whose frames still come and the answer whose fragments do, all bounded. Values are passed by.
/// </summary>
internal sealed class Dnp3Analyser : MessageAnalyser, IProtocol
{
    private const int MostWaiting = 32, MostObjects = 16, LongestText = 64;
    private const byte Confirm = 0, DirectOperateSilent = 6, Response = 0x81, Unsolicited = 0x82, FromMaster = 0x80, First = 0x40, Last = 0x80, FirstPart = 0x80, LastPart = 0x40;

    private readonly Waiting<int, Dnp3Exchange> waiting = new(MostWaiting);
    private readonly Dnp3Fragment fromClient = new(), fromServer = new();
    private Dnp3Exchange? clientAnswer, serverAnswer;

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
    public override void Gap(Side side, long missing, ITransactionSink into)
    {
        base.Gap(side, missing, into);
        Break(side, into);
        Answer(side, null, into);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        foreach (Side side in (ReadOnlySpan<Side>)[Side.Client, Side.Server])
        {
            Break(side, into);
            Answer(side, null, into);
        }
        waiting.End(into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        fromClient.Close();
        fromServer.Close();
        clientAnswer = serverAnswer = null;
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
        if (data.IsEmpty) return Continuation.Stay;
        int to = BinaryPrimitives.ReadUInt16LittleEndian(message.Bytes[4..]), from = BinaryPrimitives.ReadUInt16LittleEndian(message.Bytes[6..]), sequence = data[0] & 0x3F;
        bool isLast = (data[0] & Last) != 0;
        Dnp3Fragment fragment = message.Side == Side.Client ? fromClient : fromServer;
        if ((data[0] & First) != 0)
        {
            Break(message.Side, into);
            if (isLast) Application(message.At, message.Range, from, to, data[1..], into);
            else
            {
                fragment.Begin(from, to, message.Range);
                fragment.Add(data[1..], sequence, message.At);
            }
        }
        else if (fragment.GoesOn(from, to, sequence))
        {
            fragment.Add(data[1..], sequence, message.At);
            if (isLast) Break(message.Side, into);
        }
        else
        {
            Break(message.Side, into);
        }
        return Continuation.Stay;
    }

    /// <summary>Reads what was put together of a side's message: all of it, or as much as came.</summary>
    private void Break(Side side, ITransactionSink into)
    {
        Dnp3Fragment fragment = side == Side.Client ? fromClient : fromServer;
        if (fragment.IsOpen) Application(fragment.At, fragment.Where, fragment.From, fragment.To, fragment.Said, into);
        fragment.Close();
    }

    /// <summary>One fragment of the application layer. Clause 4.2.2.</summary>
    private void Application(CaptureTime at, ByteRange where, int from, int to, ReadOnlySpan<byte> said, ITransactionSink into)
    {
        if (said.Length < 2) return;
        byte function = said[1];
        int sequence = said[0] & 0x0F;
        bool isFirst = (said[0] & FirstPart) != 0;
        if (function >= Response)
        {
            if (said.Length < 4) into.Report(Dnp3Faults.MalformedMessage);
            else if (isFirst) Answered(at, where, from, to, said, into);
            // The other fragments of an answer repeat its header and go on with its objects.
            else if (Answer(where.Side) is { } begun && begun.Outstation == from) Answer(where.Side, Attributes(begun with { At = at }, said[4..]), into, (said[0] & LastPart) != 0);
            return;
        }
        // A confirmation is not answered.
        if (function == Confirm || !isFirst) return;
        Dnp3Exchange row = Asked(new Dnp3Exchange(at, where) { FcRequest = Dnp3Names.Function(function), Master = from, Outstation = to, IsWrite = Dnp3Names.IsWrite(function) }, function, said[2..]);
        if (function is DirectOperateSilent or 8 or 10 or 12) into.Emit(row);
        else waiting.Add(sequence, row, into);
    }

    private void Answered(CaptureTime at, ByteRange where, int from, int to, ReadOnlySpan<byte> said, ITransactionSink into)
    {
        Answer(where.Side, null, into);
        Dnp3Exchange? asked = said[1] == Unsolicited ? null : waiting.Take(said[0] & 0x0F);
        Dnp3Exchange row = (asked ?? new Dnp3Exchange(at, where) { Master = to, Outstation = from }) with
        {
            At = at,
            Began = asked?.At,
            FcReply = Dnp3Names.Function(said[1]),
            Iin = BinaryPrimitives.ReadUInt16BigEndian(said[2..]),
        };
        Answer(where.Side, Attributes(row, said[4..]), into, (said[0] & LastPart) != 0);
    }

    private Dnp3Exchange? Answer(Side side) => side == Side.Client ? clientAnswer : serverAnswer;

    /// <summary>Keeps an answer until its last fragment came; none hands out what was kept.</summary>
    private void Answer(Side side, Dnp3Exchange? answer, ITransactionSink into, bool isLast = true)
    {
        if (isLast && (answer ?? Answer(side)) is { } whole) into.Emit(whole);
        Dnp3Exchange? kept = isLast ? null : answer;
        if (side == Side.Client) clientAnswer = kept;
        else serverAnswer = kept;
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
