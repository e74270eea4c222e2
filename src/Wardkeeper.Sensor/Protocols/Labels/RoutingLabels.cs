using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Sensor.Protocols.Openings;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>Recognisers of routing and of what keeps a network together and watches it.</summary>
internal static class RoutingLabels
{
    /// <summary>The marker of all ones, a length and a type.</summary>
    public static Match Bgp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes[..Math.Min(bytes.Length, 16)].ContainsAnyExcept((byte)0xFF)) return Match.No;
        if (bytes.Length < 19) return Match.NeedMore;
        return If(U16(bytes[16..]) is >= 19 and <= 4096 && bytes[18] is >= 1 and <= 5);
    }

    /// <summary>Version 1, a length that is the datagram's, a multiplier and a discriminator; the port because so little else is fixed.</summary>
    public static Match Bfd(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (!(opening.HasPort(3784) || opening.HasPort(4784) || opening.HasPort(7784)) || bytes.Length < 24) return Match.No;
        bool isAuthenticated = (bytes[1] & 4) != 0;
        return If(bytes[0] >> 5 == 1 && (bytes[0] & 31) <= 9 && (bytes[1] & 1) == 0 && bytes[2] != 0 && bytes[3] == bytes.Length && isAuthenticated == bytes.Length > 24 && U32(bytes[4..]) != 0);
    }

    /// <summary>Version, the length of the unit and of its first message, and a message type that is known.</summary>
    public static Match Ldp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 18) return Begin(bytes, [0, 1]) == Match.No ? Match.No : Short(in opening);
        int length = U16(bytes[2..]), type = U16(bytes[10..]) & 0x7FFF, message = U16(bytes[12..]);
        bool fits = opening.Carrier == Carrier.Udp ? length == bytes.Length - 4 && type == 0x100 : length <= 4096 && type is 0x001 or 0x200 or 0x201;
        return If(U16(bytes) == 1 && fits && message is >= 4 && message + 4 <= length - 6 && U32(bytes[4..]) != 0);
    }

    /// <summary>NetFlow 5, 9 and IPFIX: lengths that fill the datagram and a time.</summary>
    public static Match Flows(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 20) return Match.No;
        switch (U16(bytes))
        {
            case 5:
                return If(bytes.Length == 24 + (48 * U16(bytes[2..])) && U16(bytes[2..]) is >= 1 and <= 30 && IsTime(U32(bytes[8..])));
            case 9:
                return If(bytes.Length >= 24 && U16(bytes[2..]) is >= 1 and <= 1024 && IsTime(U32(bytes[8..])) && IsSet(bytes[20..], 0));
            case 10:
                return If(U16(bytes[2..]) == bytes.Length && IsTime(U32(bytes[4..])) && IsSet(bytes[16..], 2));
            default:
                return Match.No;
        }
    }

    /// <summary>Version 5 with an agent's address and samples whose first fits.</summary>
    public static Match Sflow(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 36 || U32(bytes) != 5 || U32(bytes[4..]) is not (1 or 2)) return Match.No;
        int head = U32(bytes[4..]) == 1 ? 28 : 40;
        if (bytes.Length < head + 8 || U32(bytes[(head - 4)..]) is < 1 or > 256) return Match.No;
        return If(U32(bytes[head..]) is >= 1 and <= 5 && U32(bytes[(head + 4)..]) <= bytes.Length - head - 8);
    }

    /// <summary>Version 2, a length that is the datagram's and long enough for the type.</summary>
    public static Match Ptp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (!(opening.HasPort(319) || opening.HasPort(320)) || bytes.Length < 44 || (bytes[1] & 15) != 2 || U16(bytes[2..]) > bytes.Length) return Match.No;
        int least = (bytes[0] & 15) switch { 0 or 1 or 8 => 44, 2 or 3 or 9 or 10 => 54, 11 => 64, 12 => 44, 13 => 48, _ => int.MaxValue };
        return If(U16(bytes[2..]) >= least && bytes.Length - U16(bytes[2..]) <= 2);
    }

    /// <summary>Control messages whose lengths fit, data with the 802.11 binding, and DTLS behind its own header.</summary>
    public static Match Capwap(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 16) return Match.No;
        if (bytes[0] == 1) return If(IsZero(bytes[1..4]) && bytes[4] is >= 20 and <= 23 && bytes[5] == 0xFE && bytes[6] is 0xFF or 0xFD);
        int head = (bytes[1] >> 3) * 4;
        if (bytes[0] != 0 || head < 8 || bytes.Length < head + 8) return Match.No;
        // Sixteen bits: length 5, radio 5, binding 5, type.
        int binding = (U16(bytes[1..]) >> 1) & 31;
        ReadOnlySpan<byte> control = bytes[head..];
        if ((bytes[3] & 7) == 0 && U32(control) is >= 1 and <= 30 && U16(control[5..]) == control.Length - 5 && control[7] == 0) return Match.Yes;
        return If(opening.HasPort(5247) && binding == 1 && (bytes[2] & 1) == 1 && (bytes[3] & 7) == 0 && IsZero(bytes[4..8]));
    }

    /// <summary>The control plane of mobile tunnels, versions 1, 2 and prime: a length that is the datagram's.</summary>
    public static Match Gtp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 8) return Match.No;
        int length = U16(bytes[2..]), type = bytes[1];
        if ((bytes[0] & 0xF8) == 0x30) return If(length == bytes.Length - 8 && type is 1 or 2 or (>= 16 and <= 21) or 26 or 27 or (>= 48 and <= 61) or (>= 96 and <= 106) && ((bytes[0] & 7) == 0 || length >= 4));
        if ((bytes[0] & 0xE7) == 0x40) return If(length == bytes.Length - 4 && ((bytes[0] & 8) != 0 ? length >= 8 && type is >= 25 : length >= 4 && type is >= 1 and <= 3));
        return If((bytes[0] & 0xFE) == 0x2E && length == bytes.Length - 6 && length > 0 && type is 240 or 241 or (>= 1 and <= 7));
    }

    /// <summary>Version 1, a length that is the datagram's, a known type; no session number where there is none.</summary>
    public static Match Pfcp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 8 || (bytes[0] & 0xFC) != 0x20 || U16(bytes[2..]) != bytes.Length - 4) return Match.No;
        bool hasSession = (bytes[0] & 1) != 0;
        return If(hasSession ? bytes.Length >= 16 && bytes[1] is >= 50 and <= 57 : bytes[1] is >= 1 and <= 15 && bytes[7] == 0);
    }

    /// <summary>Check Point's cluster control: its magic and port.</summary>
    public static Match Cpha(in Opening opening) => If(opening.HasPort(8116) && opening.Any.Length >= 40 && opening.Any.StartsWith<byte>([0x1A, 0x90]));

    /// <summary>Meraki's devices to their cloud: the magic.</summary>
    public static Match Meraki(in Opening opening) => If(opening.Any.Length >= 24 && opening.Any.StartsWith<byte>([0xFE, 0xF7, 0x28, 0x91]));

    /// <summary>Ubiquiti's discovery: length of the whole, then a MAC or a MAC with its address.</summary>
    public static Match Ubiquiti(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If(bytes.Length >= 14 && bytes[0] is 1 or 2 && U16(bytes[2..]) == bytes.Length - 4 && ((bytes[4] == 1 && U16(bytes[5..]) == 6) || (bytes[4] == 2 && U16(bytes[5..]) == 10)));
    }

    /// <summary>MikroTik's neighbour discovery: elements fill the datagram, the MAC first.</summary>
    public static Match Mikrotik(in Opening opening)
    {
        ReadOnlySpan<byte> rest = opening.Any;
        if (!opening.HasPort(5678) || rest.Length < 20 || U16(rest[4..]) != 1 || U16(rest[6..]) != 6) return Match.No;
        for (rest = rest[4..]; rest.Length >= 4; rest = rest[(4 + U16(rest[2..]))..])
        {
            if (U16(rest) is 0 or > 32 || U16(rest[2..]) > rest.Length - 4) return Match.No;
        }
        return If(rest.IsEmpty);
    }

    /// <summary>A request's or an answer's tags at their place.</summary>
    public static Match Roughtime(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 128) return Match.No;
        if (bytes.StartsWith("ROUGHTIM"u8)) return If(U32Little(bytes[8..]) == bytes.Length - 12);
        uint tags = U32Little(bytes);
        if (tags is < 2 or > 10 || bytes.Length < 8 * tags) return Match.No;
        ReadOnlySpan<byte> names = bytes[(int)(4 * tags)..(int)(8 * tags)];
        return If(names.IndexOf("NONC"u8) is >= 0 and var at && at % 4 == 0 || (names.StartsWith("SIG\0"u8) && names.IndexOf("SREP"u8) > 0));
    }

    /// <summary>A host's name as the first part, a time as the second.</summary>
    public static Match Collectd(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 20 || U16(bytes) != 0) return Match.No;
        int host = U16(bytes[2..]);
        if (host < 6 || host + 12 > bytes.Length || bytes[host - 1] != 0 || !IsPrintable(bytes[4..(host - 1)])) return Match.No;
        return If(U16(bytes[host..]) is 1 or 8 && U16(bytes[(host + 2)..]) == 12);
    }

    private static bool IsSet(ReadOnlySpan<byte> set, int templates)
    {
        int id = U16(set), length = U16(set[2..]);
        return (id == templates || id == templates + 1 || id >= 256) && length >= 4 && length <= set.Length;
    }
}
