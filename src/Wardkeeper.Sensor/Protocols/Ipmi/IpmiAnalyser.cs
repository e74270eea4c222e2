using System.Globalization;
using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ipmi;

/// <summary>
/// RMCP with ASF's presence ping and IPMI 1.5 and 2.0: what a management controller says of itself, and how somebody logs in. Requests
/// are paired with answers; a command that says nothing new in its flow is not shown again. Encrypted messages are passed by.
/// </summary>
internal sealed class IpmiAnalyser : IProtocol
{
    private const int MostWaiting = 16;
    private const byte Asf = 6, Ipmi = 7;

    private readonly Waiting<(int Kind, int Tag), IpmiExchange> waiting = new(MostWaiting);
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ipmi",
        Title = "Intelligent Platform Management Interface",
        Standard = "IPMI 2.0, ASF 2.0",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(6),
        Ports = [623, 664],
        LookAhead = 64,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 12 || bytes[0] != 6 || bytes[1] != 0) return Match.No;
        bool? isAnswer = null;
        if (bytes[3] == Asf && bytes[4..8].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0x11, 0xBE]) && (bytes.Length == 12 + bytes[11] || opening.Truncated))
        {
            isAnswer = bytes[8] is 0x40 or 0x41 or 0x43 or 0x44;
        }
        else if (bytes[3] == Ipmi && bytes[2] == 0xFF && bytes[4] is 0 or 1 or 2 or 4 or 5)
        {
            int length = bytes[4] == 0 ? 13 : 29;
            if (bytes.Length <= length + 6 || bytes.Length < length + 1 + bytes[length] || !IsHeaderRight(bytes[(length + 1)..])) return Match.No;
            isAnswer = ((bytes[length + 2] >> 2) & 1) == 1;
        }
        else if (bytes[3] == Ipmi && bytes[2] == 0xFF && bytes[4] == 6 && bytes.Length >= 16 && (bytes[5] & 0x3F) is <= 0x15 and not 2)
        {
            int length = bytes[14] | (bytes[15] << 8);
            if (bytes.Length < 16 + length) return Match.No;
            int type = bytes[5] & 0x3F;
            isAnswer = type >= 0x10 ? (type & 1) == 1 : type == 0 && (bytes[5] & 0x80) == 0 && length > 2 && ((bytes[17] >> 2) & 1) == 1;
        }
        if (isAnswer is not { } answers) return Match.No;
        return answers == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        bool isRead = bytes.Length >= 4 && bytes[0] == 6 && (bytes[3] & 0x80) != 0;
        if (!isRead && bytes.Length >= 12 && bytes[0] == 6) isRead = bytes[3] switch { Asf => Ping(in segment, into), Ipmi => Session(in segment, into), _ => false };
        return new Progress(bytes.Length, 0, isRead || segment.Missing > 0 ? null : IpmiFaults.Short);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public void Reset()
    {
        waiting.Clear();
        recent.Clear();
    }

    /// <summary>The first of a message's two checksums: its first three bytes add up to zero. IPMI 2.0, 13.8.</summary>
    private static bool IsHeaderRight(ReadOnlySpan<byte> message) => message.Length >= 3 && ((message[0] + message[1] + message[2]) & 0xFF) == 0;

    private static string Algorithm(int kind, int number) => (kind, number) switch
    {
        (_, 0) => "none",
        (0, 1) => "hmac-sha1",
        (0, 2) => "hmac-md5",
        (0, 3) => "hmac-sha256",
        (1, 1) => "hmac-sha1-96",
        (1, 2) => "hmac-md5-128",
        (1, 3) => "md5-128",
        (1, 4) => "hmac-sha256-128",
        (2, 1) => "aes-cbc-128",
        (2, 2) => "xrc4-128",
        (2, 3) => "xrc4-40",
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown-{number}"),
    };

    private static string? Privilege(int level) => (level & 0xF) switch { 1 => "callback", 2 => "user", 3 => "operator", 4 => "administrator", 5 => "oem", _ => null };

    private bool Ping(in Segment segment, ITransactionSink into)
    {
        SpanReader reader = new(segment.Bytes[4..]);
        reader.Skip(4);
        byte type = reader.U8(), tag = reader.U8();
        reader.Skip(1);
        ReadOnlySpan<byte> data = reader.Take(reader.U8());
        if (reader.Failed) return false;
        if (type == 0x80)
        {
            Ask(in segment, (0x80, tag), new IpmiExchange(segment.At, segment.Range(0, segment.Bytes.Length)) { Began = segment.At, Kind = "presence_ping" }, into);
        }
        else if (type == 0x40)
        {
            IpmiExchange row = Answered(in segment, (0x80, tag), "presence_ping");
            SpanReader pong = new(data);
            uint enterprise = pong.U32();
            pong.Skip(4);
            byte entities = pong.U8();
            Emit(in segment, row with { Enterprise = enterprise, Vendor = EnterpriseNumber.Vendor(enterprise), SupportsIpmi = (entities & 0x80) != 0 }, into);
        }
        return true;
    }

    private bool Session(in Segment segment, ITransactionSink into)
    {
        SpanReader reader = new(segment.Bytes[4..]);
        byte auth = reader.U8();
        if (auth != 6)
        {
            reader.Skip(auth == 0 ? 8 : 24);
            ReadOnlySpan<byte> message = reader.Take(reader.U8());
            return !reader.Failed && Message(in segment, message, "1.5", into);
        }
        byte kind = reader.U8();
        if ((kind & 0x3F) == 2) reader.Skip(6);
        reader.Skip(8);
        ReadOnlySpan<byte> payload = reader.Take(reader.U16Little());
        if (reader.Failed) return false;
        // Encrypted.
        if ((kind & 0x80) != 0) return true;
        return (kind & 0x3F) switch
        {
            0 => Message(in segment, payload, "2.0", into),
            0x10 => OpenRequest(in segment, payload, into),
            0x11 => OpenAnswer(in segment, payload, into),
            0x12 => Rakp1(in segment, payload, into),
            0x13 or 0x15 => Rakp(in segment, kind & 0x3F, payload, into),
            _ => true,
        };
    }

    private bool OpenRequest(in Segment segment, ReadOnlySpan<byte> payload, ITransactionSink into)
    {
        if (payload.Length < 32) return false;
        Ask(in segment, (0x10, payload[0]), Algorithms(New(in segment, "open_session", "2.0") with { Privilege = Privilege(payload[1]) }, payload[8..]), into);
        return true;
    }

    private bool OpenAnswer(in Segment segment, ReadOnlySpan<byte> payload, ITransactionSink into)
    {
        if (payload.Length < 2) return false;
        IpmiExchange row = Answered(in segment, (0x10, payload[0]), "open_session") with { Version = "2.0", Status = payload[1] };
        if (payload[1] == 0 && payload.Length >= 36)
        {
            row = Algorithms(row, payload[12..]);
            row = row with { CipherZero = row.AuthAlgorithm == "none" };
        }
        Emit(in segment, row, into);
        return true;
    }

    /// <summary>Three proposals of eight bytes: authentication, integrity, confidentiality. IPMI 2.0, 13.17.</summary>
    private static IpmiExchange Algorithms(IpmiExchange row, ReadOnlySpan<byte> proposals) => row with
    {
        AuthAlgorithm = Algorithm(0, proposals[4] & 0x3F),
        IntegrityAlgorithm = Algorithm(1, proposals[12] & 0x3F),
        ConfidentialityAlgorithm = Algorithm(2, proposals[20] & 0x3F),
    };

    private bool Rakp1(in Segment segment, ReadOnlySpan<byte> payload, ITransactionSink into)
    {
        if (payload.Length < 28) return false;
        ReadOnlySpan<byte> name = payload[28..];
        name = name[..Math.Min(name.Length, payload[27])];
        Ask(in segment, (0x12, payload[0]), New(in segment, "rakp", "2.0") with { Privilege = Privilege(payload[24]), User = ShortText.Of(name, 16) }, into);
        return true;
    }

    private bool Rakp(in Segment segment, int kind, ReadOnlySpan<byte> payload, ITransactionSink into)
    {
        if (payload.Length < 2) return false;
        // The first answer lets the login go on; the last one, or a refusal, decides.
        if (kind == 0x13 && payload[1] == 0) return true;
        Emit(in segment, Answered(in segment, (0x12, payload[0]), "rakp") with { Version = "2.0", Status = payload[1] }, into);
        return true;
    }

    private bool Message(in Segment segment, ReadOnlySpan<byte> message, string version, ITransactionSink into)
    {
        if (message.Length < 7) return message.IsEmpty;
        if (!IsHeaderRight(message)) return false;
        int function = message[1] >> 2, sequence = message[4] >> 2, command = message[5];
        ReadOnlySpan<byte> data = message[6..^1];
        (int, int) key = (((function | 1) << 8) | command, sequence);
        if ((function & 1) == 0)
        {
            IpmiExchange asked = New(in segment, Kind(function, command), version);
            if (asked.Kind == "session_challenge" && data.Length >= 17) asked = asked with { User = ShortText.Of(data[1..17].TrimEnd((byte)0), 16) };
            if (asked.Kind == "auth_capabilities" && data.Length >= 2) asked = asked with { Privilege = Privilege(data[1]) };
            if (asked.Kind == "activate_session" && data.Length >= 2) asked = asked with { Privilege = Privilege(data[1]) };
            Ask(in segment, key, asked, into);
            return true;
        }
        if (data.IsEmpty) return false;
        IpmiExchange row = Answered(in segment, key, Kind(function & ~1, command)) with { Version = version, Status = data[0] };
        if (data[0] == 0 && row.Kind == "auth_capabilities" && data.Length >= 8)
        {
            int enterprise = data[5] | (data[6] << 8) | (data[7] << 16);
            row = row with
            {
                AuthTypes = AuthTypes(data[2]),
                AnonymousLogin = (data[3] & 1) != 0,
                NullUsers = (data[3] & 2) != 0,
                Enterprise = enterprise == 0 ? null : enterprise,
                Vendor = EnterpriseNumber.Vendor(enterprise),
            };
        }
        else if (data[0] == 0 && row.Kind == "device_id" && data.Length >= 12)
        {
            int enterprise = data[7] | (data[8] << 8) | (data[9] << 16);
            row = row with
            {
                Enterprise = enterprise,
                Vendor = EnterpriseNumber.Vendor(enterprise),
                Product = data[10] | (data[11] << 8),
                Firmware = string.Create(CultureInfo.InvariantCulture, $"{data[3] & 0x7F}.{data[4]:x2}"),
            };
        }
        Emit(in segment, row, into);
        return true;
    }

    private static List<string> AuthTypes(byte bits)
    {
        List<string> types = [];
        foreach ((int bit, string name) in (ReadOnlySpan<(int, string)>)[(0, "none"), (1, "md2"), (2, "md5"), (4, "password"), (5, "oem")])
        {
            if ((bits & (1 << bit)) != 0) types.Add(name);
        }
        return types;
    }

    /// <summary>Name of a command. IPMI 2.0, appendix G.</summary>
    private static string Kind(int function, int command) => (function, command) switch
    {
        (6, 0x01) => "device_id",
        (6, 0x38) => "auth_capabilities",
        (6, 0x39) => "session_challenge",
        (6, 0x3A) => "activate_session",
        (6, 0x3B) => "set_privilege",
        (6, 0x3C) => "close_session",
        (6, 0x54) => "cipher_suites",
        (0, 0x01) => "chassis_status",
        (0, 0x02) => "chassis_control",
        (0, 0x08) => "set_boot_options",
        _ => string.Create(CultureInfo.InvariantCulture, $"{function:x2} {command:x2}"),
    };

    private static IpmiExchange New(in Segment segment, string kind, string? version) => new(segment.At, segment.Range(0, segment.Bytes.Length)) { Began = segment.At, Kind = kind, Version = version };

    private void Ask(in Segment segment, (int Kind, int Tag) key, IpmiExchange row, ITransactionSink into)
    {
        // The same request again is a repetition.
        waiting.Take(key);
        waiting.Add(key, row, into);
    }

    private IpmiExchange Answered(in Segment segment, (int Kind, int Tag) key, string kind) =>
        (waiting.Take(key) is { } asked ? asked with { At = segment.At } : New(in segment, kind, null)) with { IsAnswered = true };

    private void Emit(in Segment segment, IpmiExchange row, ITransactionSink into)
    {
        string said = $"{row.Kind} {row.Status} {row.User} {row.Firmware} {row.CipherZero}";
        if (!recent.IsRepeat(segment.Side, MemoryMarshal.AsBytes(said.AsSpan()), segment.At)) into.Emit(row);
    }
}
