using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>What Windows writes everywhere: texts of two bytes a character, and times in tenths of microseconds since 1601.</summary>
internal static class WideText
{
    private const long TicksOfEpoch = 116_444_736_000_000_000;

    /// <summary>The first characters of UTF-16 in little endian, up to a zero; null when there are none.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes, int longest)
    {
        int length = Math.Min(bytes.Length / 2, longest) * 2;
        for (int at = 0; at < length; at += 2)
        {
            if ((bytes[at] | bytes[at + 1]) == 0) length = at;
        }
        return length == 0 ? null : Encoding.Unicode.GetString(bytes[..length]);
    }

    /// <summary>A FILETIME (MS-DTYP, section 2.3.3); null when it is zero or beyond any calendar.</summary>
    public static CaptureTime? Time(ReadOnlySpan<byte> bytes)
    {
        long ticks = bytes.Length < 8 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return ticks is > TicksOfEpoch and < TicksOfEpoch + (long.MaxValue / 100) ? new CaptureTime((ticks - TicksOfEpoch) * 100) : null;
    }
}
