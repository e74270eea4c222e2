using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ntp;

/// <summary>Turns NTP's number formats into values. RFC 5905 section 6.</summary>
internal static class NtpFields
{
    /// <summary>Seconds from 1900 (NTP era 0) and from 2036 (era 1) to 1970.</summary>
    private const long Era0 = 2_208_988_800, EraLength = 1L << 32;

    /// <summary>A signed power of two in seconds (poll, precision).</summary>
    public static double Power(byte exponent) => Math.ScaleB(1.0, (sbyte)exponent);

    /// <summary>Sixteen bits of seconds and sixteen of fraction.</summary>
    public static double Short(ReadOnlySpan<byte> bytes) => Math.Round(BinaryPrimitives.ReadUInt32BigEndian(bytes) / 65536.0, 6);

    /// <summary>A time; null when it is not set. Seconds without the highest bit belong to the era that begins in 2036 (RFC 4330 section 3).</summary>
    public static CaptureTime? Time(ReadOnlySpan<byte> bytes)
    {
        uint seconds = BinaryPrimitives.ReadUInt32BigEndian(bytes), fraction = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (seconds == 0 && fraction == 0) return null;
        // Rounded to microseconds, which is what rows show.
        long micros = (long)(((fraction * 1_000_000UL) + 0x8000_0000UL) >> 32);
        return CaptureTime.FromSeconds(seconds - Era0 + (seconds < 0x8000_0000 ? EraLength : 0), micros * 1000);
    }

    /// <summary>The reference: four letters of a clock or a kiss code at strata 0 and 1, else the four bytes of an address (of IPv6, of its hash).</summary>
    public static string? Reference(byte stratum, ReadOnlySpan<byte> bytes)
    {
        if (stratum > 1) return string.Create(CultureInfo.InvariantCulture, $"{bytes[0]}.{bytes[1]}.{bytes[2]}.{bytes[3]}");
        bytes = bytes.TrimEnd((byte)0);
        if (bytes.IsEmpty) return null;
        foreach (byte letter in bytes)
        {
            if (letter is < 0x20 or > 0x7E) return Convert.ToHexStringLower(bytes);
        }
        return Encoding.ASCII.GetString(bytes);
    }
}
