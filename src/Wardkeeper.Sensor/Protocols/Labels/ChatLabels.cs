using static Wardkeeper.Sensor.Protocols.Openings;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>Recognisers of messengers, of calls over them, and of games.</summary>
internal static class ChatLabels
{
    private static ReadOnlySpan<byte> RakNetMagic => [0x00, 0xFF, 0xFF, 0x00, 0xFE, 0xFE, 0xFE, 0xFE, 0xFD, 0xFD, 0xFD, 0xFD, 0x12, 0x34, 0x56, 0x78];

    /// <summary>WhatsApp: the version of its stream, behind the way to its servers where that is told.</summary>
    public static Match WhatsApp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty) return Match.No;
        if (bytes[0] == (byte)'W')
        {
            if (bytes.Length < 8) return Begin(bytes[..Math.Min(3, bytes.Length)], "WA\u0001"u8) == Match.No ? Match.No : Match.NeedMore;
            return If(bytes.StartsWith("WA\u0001"u8) && bytes[3] is >= 2 and <= 9 && bytes[4] == 0 && bytes[5] == 0 && bytes[7] == 0xF8);
        }
        ReadOnlySpan<byte> route = [(byte)'E', (byte)'D', 0, 1, 0, 0, 4, 8];
        if (bytes.Length < 15) return Begin(bytes[..Math.Min(8, bytes.Length)], route) == Match.No ? Match.No : Match.NeedMore;
        return If(bytes.StartsWith(route) && bytes[9] == 8 && bytes[11..].StartsWith("WA"u8));
    }

    /// <summary>Telegram's calls: what looks for a way to the other end.</summary>
    public static Match Telegram(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If(bytes.Length is >= 32 and <= 128 && !bytes[16..28].ContainsAnyExcept((byte)0xFF) && bytes[..16].ContainsAnyExcept((byte)0xFF));
    }

    /// <summary>Discord's calls: the question for one's own address, and what keeps the way open.</summary>
    public static Match Discord(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length == 8) return If(U32(bytes) == 0x1337CAFE && IsZero(bytes[6..]));
        return If(bytes.Length == 74 && U16(bytes) is 1 or 2 && U16(bytes[2..]) == 70 && (U16(bytes) == 1 ? IsZero(bytes[8..]) : IsPrintable(bytes[8..15])));
    }

    /// <summary>Zoom: the greeting to its servers, or between two ends.</summary>
    public static Match Zoom(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 40) return Match.No;
        if (bytes.StartsWith<byte>([0x1F, 0x02, 0x01, 0x00])) return If(bytes[4] is 4 or 8 && bytes[5] == 0 && bytes[6] == 1 && bytes[7] == 0 && bytes[8] is 4 or 8 && bytes[9] == 0);
        return If(bytes[0] == 1 && bytes[1] == 0 && bytes[2] == 3 && IsZero(bytes[19..26]) && bytes[26] == 2 && bytes[27] == 0);
    }

    /// <summary>Mumble: what a server answers who asks for its state.</summary>
    public static Match Mumble(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Server;
        return If(bytes.Length == 24 && bytes[0] == 0 && bytes[1] is 1 or 2 && U32(bytes[12..]) <= U32(bytes[16..]) && U32(bytes[16..]) is >= 1 and <= 65535 && U32(bytes[20..]) is >= 8000 and <= 10_000_000);
    }

    /// <summary>Agora's network for calls: the name of the server that is asked.</summary>
    public static Match SdRtn(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If(bytes.Length > 64 && bytes[0] == 0 && bytes[12] == 4 && bytes[13..].StartsWith("SNI\0"u8) && U16Little(bytes[17..]) is >= 4 and <= 64 && IsPrintable(bytes[19..23]));
    }

    /// <summary>QQ: first and last byte, a known command, somebody's number; on its port, because so little else is fixed.</summary>
    public static Match Oicq(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (!(opening.HasPort(8000) || opening.HasPort(443)) || bytes.Length < 20 || bytes[0] != 2 || bytes[^1] != 3) return Match.No;
        return If(bytes[1] is >= 1 and <= 0x40 && U16(bytes[3..]) is (>= 1 and <= 0xFF) or 0x0B00 or 0x0001 && U32(bytes[7..]) >= 10000);
    }

    /// <summary>Servers of Valve's games, asked for their state.</summary>
    public static Match SourceEngine(in Opening opening) => If(opening.Any.Length >= 25 && U32(opening.Any) == 0xFFFFFFFF && opening.Any[4..].StartsWith("TSource Engine Query\0"u8));

    /// <summary>RakNet: the sixteen bytes in each of its first messages; else one message that fills a datagram, or acknowledgements that do.</summary>
    public static Match RakNet(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.IndexOf(RakNetMagic) is 1 or 9 or 17 or 32) return Match.Yes;
        if (bytes.Length < 7) return Match.No;
        if (bytes[0] is 0xC0 or 0xA0) return If(AreAcknowledged(bytes));
        if (bytes.Length < 10 || bytes[0] is not (0x84 or 0x80 or 0x8C) || bytes[2] != 0 || bytes[3] != 0) return Match.No;
        int head = (bytes[4] >> 5) switch { 0 => 7, 2 => 10, 3 => 14, _ => 0 }, bits = U16(bytes[5..]);
        return If(head > 0 && bits % 8 == 0 && bits > 0 && head + (bits / 8) == bytes.Length && bytes[head] is 0 or 3 or 9 or 0x10 or 0x13 && (bytes[4] & 0x1F) == 0);
    }

    /// <summary>Riot's games: how a session's first datagrams end, or the run of zeros in them.</summary>
    public static Match RiotGames(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length == 53) return If(bytes[5] == 0x32 && bytes[8] == 1 && IsZero(bytes[9..36]) && bytes[..4].IndexOf((byte)0) < 0);
        return If(bytes.Length == 36 && bytes.EndsWith<byte>([0xAA, 0xAA, 0xAA, 0xAA, 0xBB, 0xBB, 0xBB, 0xBB]));
    }

    /// <summary>Crytek's network: the first datagram's length and the numbers in it.</summary>
    public static Match CryNetwork(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If(bytes.Length == 70 && bytes[0] == 0x3C && IsZero(bytes[5..16]) && bytes[16] == 1 && bytes[17..].StartsWith<byte>([0, 0, 0, 7, 0, 0, 0, 3]));
    }

    /// <summary>Tencent's games: the magics of its connections.</summary>
    public static Match TencentGames(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        ReadOnlySpan<byte> magic = bytes[0] == 0x33 ? [0x33, 0x66, 0x00, 0x0B, 0x00, 0x0B] : bytes.Length > 1 && bytes[1] == 0x15 ? [0x42, 0x15, 0xF7, 0x87, 0x03] : [0x43, 0x66, 0xAA, 0x00, 0x00];
        return Begin(bytes, magic);
    }

    /// <summary>Numbers of datagrams, one by one or from one to another, that fill the rest.</summary>
    private static bool AreAcknowledged(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes[3..];
        for (int left = U16(bytes[1..]); left > 0; left--)
        {
            if (rest.IsEmpty || rest[0] > 1) return false;
            int length = rest[0] == 1 ? 4 : 7;
            if (rest.Length < length || rest[3] != 0 || (length == 7 && (rest[6] != 0 || U16Little(rest[4..]) < U16Little(rest[1..])))) return false;
            rest = rest[length..];
        }
        return rest.IsEmpty;
    }
}
