using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Sensor.Protocols.Openings;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>Recognisers of machines, vehicles, measuring instruments and things of the home.</summary>
internal static class IndustryLabels
{
    private const int LongestFrame = 512;

    /// <summary>Synchrophasors: a frame whose check sum is right.</summary>
    public static Match Synchrophasor(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 4) return bytes.Length > 1 && (bytes[1] & 0x8F) is not (1 or 2) ? Match.No : Short(in opening);
        int length = U16(bytes[2..]);
        if ((bytes[1] & 0x8F) is not (1 or 2) || length is < 16 or > LongestFrame) return Match.No;
        if (bytes.Length < length) return Short(in opening);
        return If((opening.Carrier == Carrier.Tcp || bytes.Length == length) && Crc(bytes[..(length - 2)], 0xFFFF) == U16(bytes[(length - 2)..]));
    }

    /// <summary>SOME/IP: a length that is the datagram's, protocol version 1, a message's type and return code.</summary>
    public static Match SomeIp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 16) return Match.No;
        bool isKind = (bytes[14] & ~0x20) is 0 or 1 or 2 or 0x80 or 0x81;
        return If(U32(bytes[4..]) == bytes.Length - 8 && bytes[12] == 1 && isKind && bytes[15] <= 0x5E && U16(bytes) != 0 && ((bytes[14] & 0x80) != 0 || bytes[15] == 0));
    }

    /// <summary>Diagnostics of vehicles: version and its complement, a type, a length that fits.</summary>
    public static Match DoIp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length >= 2 && (byte)~bytes[0] != bytes[1]) return Match.No;
        if (bytes.Length < 8) return Short(in opening);
        bool isType = U16(bytes[2..]) is <= 8 or (>= 0x4001 and <= 0x4004) or (>= 0x8001 and <= 0x8003);
        uint length = U32(bytes[4..]);
        return If(isType && (opening.Carrier == Carrier.Udp ? length == bytes.Length - 8 : length <= 0x10000 && (U16(bytes[2..]) < 0x8001 || length >= 5)));
    }

    /// <summary>Measuring instruments: the first message of a channel, from either side.</summary>
    public static Match HiSlip(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 16) return Begin(bytes[..Math.Min(2, bytes.Length)], "HS"u8) == Match.No ? Match.No : Match.NeedMore;
        return If(bytes.StartsWith("HS"u8) && bytes[2] is 0 or 1 or 17 or 18 && IsZero(bytes[8..14]) && (bytes[2] == 0 || IsZero(bytes[14..16])));
    }

    /// <summary>SAIA's bus over UDP: a length that is the datagram's and a check sum that is right.</summary>
    public static Match EtherSBus(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If(bytes.Length is >= 11 and <= 512 && U32(bytes) == bytes.Length && bytes[4] <= 1 && bytes[5] <= 1 && bytes[8] <= 2 && Crc(bytes[..^2], 0) == U16(bytes[^2..]));
    }

    /// <summary>Control networks over IP (EIA-852): a length that is the datagram's, version 1, no extension.</summary>
    public static Match CnIp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        return If((opening.HasPort(1628) || opening.HasPort(1629)) && bytes.Length >= 20 && U16(bytes) == bytes.Length && bytes[2] == 1 && bytes[3] is not 0 && bytes[4] == 0);
    }

    /// <summary>Beckhoff's ADS: a frame of AMS whose two lengths agree, and its search over UDP.</summary>
    public static Match Ams(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier == Carrier.Udp) return If(bytes.Length >= 24 && bytes.StartsWith<byte>([3, 0x66, 0x14, 0x71]) && IsZero(bytes[4..8]));
        if (bytes.Length >= 2 && U16(bytes) != 0) return Match.No;
        if (bytes.Length < 38) return bytes[0] == 0 && (bytes.Length < 6 || U32Little(bytes[2..]) is >= 32 and <= 0x10000) ? Match.NeedMore : Match.No;
        uint length = U32Little(bytes[2..]);
        return If(length is >= 32 and <= 0x10000 && U32Little(bytes[26..]) == length - 32 && U16Little(bytes[22..]) is >= 1 and <= 9 && (U16Little(bytes[24..]) & 4) != 0 && bytes[25] == 0);
    }

    /// <summary>TP-Link's plugs and lamps: text in braces, each byte hidden by the one before.</summary>
    public static Match TpLink(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (opening.Carrier == Carrier.Tcp)
        {
            if (bytes.Length < 4) return bytes[0] == 0 ? Match.NeedMore : Match.No;
            if (U32(bytes) is < 8 or > 0x10000) return Match.No;
            bytes = bytes[4..];
        }
        if (bytes.Length < 8) return bytes.IsEmpty || bytes[0] == 0xD0 ? Short(in opening) : Match.No;
        Span<byte> shown = stackalloc byte[8];
        for (int i = 0; i < shown.Length; i++) shown[i] = (byte)(bytes[i] ^ (i == 0 ? 171 : bytes[i - 1]));
        return If(shown.StartsWith("{\""u8) && IsPrintable(shown));
    }

    /// <summary>Tuya's devices: prefix, suffix and a length that is the message's.</summary>
    public static Match Tuya(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any, prefix = [0, 0, 0x55, 0xAA];
        if (bytes.Length < 16) return Begin(bytes[..Math.Min(bytes.Length, 4)], prefix) == Match.No ? Match.No : Short(in opening);
        uint length = U32(bytes[12..]);
        if (!bytes.StartsWith(prefix) || length is < 8 or > 0x2000 || U32(bytes[8..]) > 0x100) return Match.No;
        return opening.Carrier == Carrier.Tcp ? Match.Yes : If(length == bytes.Length - 16 && bytes.EndsWith<byte>([0, 0, 0xAA, 0x55]));
    }

    /// <summary>Nest's devices to their log server: a length that is the message's, then a node of Nest's own number range.</summary>
    public static Match NestLog(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any, range = [0x30, 0xB4, 0x18];
        if (bytes.Length < 28) return bytes.Length < 4 || bytes[3] == 0x13 ? Match.NeedMore : Match.No;
        return If(U16Little(bytes) is >= 20 and <= 2048 && (bytes[2] & 0xEF) == 0 && bytes[3] == 0x13 && bytes[8..28].IndexOf(range) >= 0);
    }

    /// <summary>CRC of CCITT's polynomial, most significant bit first.</summary>
    private static int Crc(ReadOnlySpan<byte> bytes, int start)
    {
        int crc = start;
        foreach (byte one in bytes)
        {
            crc ^= one << 8;
            for (int bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0)) & 0xFFFF;
        }
        return crc;
    }
}
