using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Fins;

/// <summary>
/// Omron's FINS over UDP and TCP: commands with their end codes, and the model and version that a controller answers with. Kept per
/// flow are the commands that wait, a bounded number. Contents of memory are passed by.
/// </summary>
internal sealed class FinsAnalyser : MessageAnalyser, IProtocol
{
    private const int TcpHeader = 16, Header = 10, Shortest = Header + 2, Longest = 512, MostWaiting = 32, SendFrame = 2, ControllerData = 0x0501;
    private const ushort Port = 9600;

    private readonly Waiting<(byte, int), FinsExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "omron",
        Title = "Omron FINS, plant controllers",
        Standard = "Omron W342 (commands), W421 (FINS/TCP)",
        Carriers = Carrier.Udp | Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0x80, 0x81, 0xC0, 0xC1, (byte)'F'),
        Ports = [Port],
        LookAhead = 32,
        MaxHeld = 4096,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        bool isClient = !opening.Client.IsEmpty;
        if (opening.Carrier == Carrier.Tcp)
        {
            if (!"FINS"u8.StartsWith(bytes[..Math.Min(bytes.Length, 4)])) return Match.No;
            if (bytes.Length < TcpHeader) return Match.NeedMore;
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), command = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
            if (length is < 8 or > 4096 || command > 6) return Match.No;
            if (command == SendFrame && bytes.Length <= TcpHeader) return Match.NeedMore;
            bool isAnswer = command == 1 || (command == SendFrame && (bytes[TcpHeader] & 0x40) != 0);
            return isAnswer == isClient ? Match.YesReversed : Match.Yes;
        }
        // Reserved byte, at most seven gateways, and a command the manual knows: too little where the port says nothing.
        if (!opening.HasPort(Port) || bytes.Length < Shortest || (bytes[0] & 0xBE) != 0x80 || bytes[1] != 0 || bytes[2] is 0 or > 7 || Command(BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..])) is null) return Match.No;
        bool isResponse = (bytes[0] & 0x40) != 0;
        if (isResponse && bytes.Length < Shortest + 2) return Match.No;
        return isResponse == isClient ? Match.YesReversed : Match.Yes;
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
        // A datagram is a message; a stream puts a header before each.
        if (!IsStream) return bytes.Length < Shortest || (bytes[0] & 0xBE) != 0x80 ? Measured.Wrong(FinsFaults.MalformedMessage) : new Measured(bytes.Length, Longest);
        if (bytes.Length < 8) return Measured.Need(8);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        return !bytes.StartsWith("FINS"u8) || length is < 8 or > 4096 ? Measured.Wrong(FinsFaults.MalformedHeader) : new Measured(8 + length, Longest);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        if (bytes[0] == 'F')
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) != SendFrame) return Continuation.Stay;
            bytes = bytes[TcpHeader..];
        }
        if (bytes.Length < Shortest || ((bytes[0] & 0x40) != 0 && bytes.Length < Shortest + 2))
        {
            into.Report(FinsFaults.MalformedMessage);
            return Continuation.Stay;
        }
        int code = BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..]);
        byte service = bytes[9];
        FinsExchange row = new(message.At, message.Range) { Command = Command(code) ?? "command-" + code.ToString("x4", CultureInfo.InvariantCulture), IsWrite = IsWrite(code), ServiceId = service };
        if ((bytes[0] & 0x40) == 0)
        {
            row = row with { PduType = "REQ" };
            if ((bytes[0] & 1) != 0) into.Emit(row);
            else waiting.Add((service, code), row, into);
            return Continuation.Stay;
        }
        FinsExchange? asked = waiting.Take((service, code));
        int end = BinaryPrimitives.ReadUInt16BigEndian(bytes[Shortest..]);
        row = (asked ?? row) with { At = message.At, Began = asked?.At, PduType = asked is null ? "RESP" : null, EndCode = end == 0 ? null : end.ToString("x4", CultureInfo.InvariantCulture) };
        if (code == ControllerData && bytes.Length >= Shortest + 2 + 40) row = row with { Model = Text(bytes.Slice(Shortest + 2, 20)), Version = Text(bytes.Slice(Shortest + 22, 20)) };
        into.Emit(row with { Places = TextPlace.Of(null, message.Bytes, message.Range, row.Model, row.Version) });
        return Continuation.Stay;
    }

    /// <summary>A text before its filling of zeros and blanks.</summary>
    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]).Trim();
        return text.Length == 0 ? null : text;
    }

    private static bool IsWrite(int code) => code is 0x0102 or 0x0103 or 0x0105 or 0x0202 or 0x0203 or 0x0307 or 0x0308 or 0x0401 or 0x0402 or 0x0702 or 0x2101 or 0x2203 or 0x2204 or 0x2205 or 0x2207 or 0x2208 or 0x220A or 0x220B or 0x220C or 0x2301 or 0x2302;

    /// <summary>W342, 5-1.</summary>
    private static string? Command(int code) => code switch
    {
        0x0101 => "memory-area-read",
        0x0102 => "memory-area-write",
        0x0103 => "memory-area-fill",
        0x0104 => "multiple-memory-area-read",
        0x0105 => "memory-area-transfer",
        0x0201 => "parameter-area-read",
        0x0202 => "parameter-area-write",
        0x0203 => "parameter-area-clear",
        0x0306 => "program-area-read",
        0x0307 => "program-area-write",
        0x0308 => "program-area-clear",
        0x0401 => "run",
        0x0402 => "stop",
        0x0501 => "controller-data-read",
        0x0502 => "connection-data-read",
        0x0601 => "controller-status-read",
        0x0620 => "cycle-time-read",
        0x0701 => "clock-read",
        0x0702 => "clock-write",
        0x0920 => "message-read-clear",
        0x0C01 => "access-right-acquire",
        0x0C02 => "access-right-forced-acquire",
        0x0C03 => "access-right-release",
        0x2101 => "error-clear",
        0x2102 => "error-log-read",
        0x2103 => "error-log-clear",
        0x2140 => "write-access-log-read",
        0x2201 => "file-name-read",
        0x2202 => "single-file-read",
        0x2203 => "single-file-write",
        0x2204 => "memory-card-format",
        0x2205 => "file-delete",
        0x2207 => "file-copy",
        0x2208 => "file-name-change",
        0x220A => "memory-area-file-transfer",
        0x220B => "parameter-area-file-transfer",
        0x220C => "program-area-file-transfer",
        0x2301 => "forced-set-reset",
        0x2302 => "forced-set-reset-cancel",
        _ => null,
    };
}
