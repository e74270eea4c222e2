using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.HartIp;

/// <summary>
/// HART over IP: sessions, commands to field devices with their response codes, and the identity and tag of a device. Kept per flow
/// are the requests that wait, a bounded number. Measured values are passed by.
/// </summary>
internal sealed class HartIpAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 8, Longest = 512, MostWaiting = 32;
    private const byte Request = 0, Response = 1, Publish = 2, Refused = 15, PassToken = 3;
    private const ushort Port = 5094;

    private readonly Waiting<(byte, ushort), HartExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "hart_ip",
        Title = "HART over IP, field devices",
        Standard = "HCF_SPEC-085, HCF_SPEC-081, HCF_SPEC-127 (FieldComm Group)",
        Carriers = Carrier.Udp | Carrier.Tcp,
        FirstBytes = FirstBytes.Of(1, 2),
        Ports = [Port],
        LookAhead = 64,
        MaxHeld = 2048,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length > 3 && (bytes[1] is not (Request or Response or Publish or Refused) || Name(bytes[2]) is null)) return Match.No;
        if (bytes.Length < Header) return opening.Carrier == Carrier.Tcp ? Match.NeedMore : Match.No;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        if (length is < Header or > Longest || (opening.Carrier == Carrier.Udp && length != bytes.Length)) return Match.No;
        if (bytes.Length < length) return Match.NeedMore;
        bool isRight = bytes[2] switch
        {
            // A session begins with the kind of its master, 0 or 1, and how long it may be silent.
            0 => bytes[1] <= Response && length == 13 && bytes[8] <= 1 && bytes[3] == 0,
            1 or 2 => length == Header && (opening.ClientPort == Port || opening.ServerPort == Port),
            PassToken => HartFrame.IsRight(bytes[Header..length]),
            _ => false,
        };
        return !isRight ? Match.No : bytes[1] == Request == opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
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
        if (bytes[0] is not (1 or 2)) return Measured.Wrong(HartIpFaults.MalformedHeader);
        if (bytes.Length < Header) return Measured.Need(Header);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        return length < Header || Name(bytes[2]) is null ? Measured.Wrong(HartIpFaults.MalformedHeader) : new Measured(length, Longest);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        byte kind = bytes[1], id = bytes[2];
        // Signs of life say nothing more.
        if (id == 2) return Continuation.Stay;
        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        HartFrame frame = default;
        if (id == PassToken && !HartFrame.TryRead(bytes[Header..], out frame) && message.Length <= bytes.Length) into.Report(HartIpFaults.MalformedFrame);
        HartExchange row = new(message.At, message.Range) { Message = Name(id)!, Sequence = sequence };
        if (id == PassToken && frame.Command >= 0) row = row with { Command = frame.Command, CommandName = Command(frame.Command), DeviceAddress = Convert.ToHexStringLower(frame.Address) };
        if (kind == Request)
        {
            waiting.Add((id, sequence), row with { PduType = "REQ" }, into);
            return Continuation.Stay;
        }
        HartExchange? asked = kind == Publish ? null : waiting.Take((id, sequence));
        row = (asked ?? row) with { At = message.At, Began = asked?.At, PduType = kind == Publish ? "PUBLISH" : asked is null ? "RESP" : null, Status = bytes[3] == 0 ? null : bytes[3] };
        if (id == PassToken && frame.Data.Length >= 2) row = Answer(row with { ResponseCode = frame.Data[0] == 0 ? null : frame.Data[0] }, frame.Command, frame.Data[2..]);
        into.Emit(row);
        return Continuation.Stay;
    }

    /// <summary>What a device says of itself. HCF_SPEC-127, 6.1, 6.14, 6.21.</summary>
    private static HartExchange Answer(HartExchange row, int command, ReadOnlySpan<byte> data) => command switch
    {
        0 or 11 or 21 when data.Length >= 12 && data[0] == 254 => row with
        {
            DeviceType = Convert.ToHexStringLower(data.Slice(1, 2)),
            DeviceRevision = data[5],
            SoftwareRevision = data[6],
            DeviceId = Convert.ToHexStringLower(data.Slice(9, 3)),
        },
        13 when data.Length >= 6 => row with { Tag = Packed(data[..6]) },
        20 when data.Length >= 32 => row with { Tag = Plain(data[..32]) },
        _ => row,
    };

    /// <summary>Six bits for each character. HCF_SPEC-183.</summary>
    private static string? Packed(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[8];
        ulong bits = 0;
        foreach (byte one in bytes) bits = (bits << 8) | one;
        for (int i = 0; i < text.Length; i++)
        {
            int six = (int)(bits >> (42 - (i * 6))) & 0x3F;
            text[i] = (char)(six < 0x20 ? six + 0x40 : six);
        }
        string tag = new string(text).Trim(' ', '@');
        return tag.Length == 0 ? null : tag;
    }

    private static string? Plain(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        string tag = Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]).Trim();
        return tag.Length == 0 ? null : tag;
    }

    private static string? Name(byte id) => id switch { 0 => "session-initiate", 1 => "session-close", 2 => "keep-alive", PassToken => "token-passing-pdu", 4 => "direct-pdu", 5 => "read-audit-log", 128 => "discovery", _ => null };

    private static string? Command(int command) => command switch
    {
        0 => "read-unique-identifier",
        1 => "read-primary-variable",
        2 => "read-loop-current",
        3 => "read-dynamic-variables",
        6 => "write-polling-address",
        7 => "read-loop-configuration",
        8 => "read-variable-classifications",
        9 => "read-device-variables",
        11 => "read-unique-identifier-by-tag",
        12 => "read-message",
        13 => "read-tag",
        14 => "read-transducer-information",
        15 => "read-device-information",
        16 => "read-final-assembly-number",
        17 => "write-message",
        18 => "write-tag",
        19 => "write-final-assembly-number",
        20 => "read-long-tag",
        21 => "read-unique-identifier-by-long-tag",
        22 => "write-long-tag",
        35 => "write-range",
        38 => "reset-configuration-changed",
        40 => "fix-current",
        41 => "self-test",
        42 => "device-reset",
        48 => "read-additional-status",
        71 => "lock-device",
        74 => "read-io-system-capabilities",
        75 => "poll-sub-device",
        76 => "read-lock-state",
        77 => "send-to-sub-device",
        84 => "read-sub-device-identity",
        _ => null,
    };

    /// <summary>A frame of the field bus: delimiter, address, expansion, command, count, data, check byte. HCF_SPEC-081, 5.1.</summary>
    private readonly ref struct HartFrame
    {
        /// <summary>Number of the command; -1 when there is no frame.</summary>
        public int Command { get; private init; }

        /// <summary>Address of the device.</summary>
        public ReadOnlySpan<byte> Address { get; private init; }

        /// <summary>Data; in an answer the response code and the device's status come first.</summary>
        public ReadOnlySpan<byte> Data { get; private init; }

        /// <summary>Whether the check byte is right and the delimiter a known one.</summary>
        public static bool IsRight(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < 5 || (bytes[0] & 7) is not (1 or 2 or 6)) return false;
            int check = 0;
            foreach (byte one in bytes) check ^= one;
            return check == 0;
        }

        public static bool TryRead(ReadOnlySpan<byte> bytes, out HartFrame frame)
        {
            frame = new HartFrame { Command = -1 };
            if (!IsRight(bytes)) return false;
            SpanReader reader = new(bytes);
            byte delimiter = reader.U8();
            ReadOnlySpan<byte> address = reader.Take((delimiter & 0x80) != 0 ? 5 : 1);
            reader.Skip((delimiter >> 5) & 3);
            int command = reader.U8();
            ReadOnlySpan<byte> data = reader.Take(reader.U8());
            if (reader.Failed) return false;
            // Command 31 leads to numbers of two bytes.
            int from = (delimiter & 7) == 2 ? 0 : 2;
            if (command == 31 && data.Length >= from + 2) command = BinaryPrimitives.ReadUInt16BigEndian(data[from..]);
            frame = new HartFrame { Command = command, Address = address, Data = (delimiter & 7) == 2 ? default : data };
            return true;
        }
    }
}
