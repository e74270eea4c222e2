using System.Buffers.Binary;
using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Slmp;

/// <summary>
/// The head of a message: a subheader that tells frame and direction, in 4E frames a number of the exchange, the station that is
/// meant, and how much follows. In ASCII code each byte is two hexadecimal digits, and numbers begin with their highest digit.
/// SLMP reference SH(NA)-080956ENG, 5.1 and 5.2.
/// </summary>
/// <param name="IsResponse">Whether the controller answers.</param>
/// <param name="IsAscii">Whether it is in ASCII code.</param>
/// <param name="Serial">Number of the exchange; null in 3E frames.</param>
/// <param name="Head">Bytes before what the length counts.</param>
/// <param name="Length">Bytes behind them: timer, command and data, or end code and data.</param>
internal readonly record struct SlmpFrame(bool IsResponse, bool IsAscii, int? Serial, int Head, int Length)
{
    private const int Longest = 8192, LongestHead = 13, Smallest3E = 9;

    /// <summary>Bytes of the wire for a byte that is meant.</summary>
    public int Unit => IsAscii ? 2 : 1;

    /// <summary>Bytes that are needed to know how long the head is, of a message that begins so.</summary>
    public static int SubheaderBytes(byte first) => IsText(first) ? 4 : 2;

    /// <summary>Bytes of the head of a message whose subheader is there.</summary>
    public static int HeadBytes(ReadOnlySpan<byte> bytes) => (IsText(bytes[0]), IsLong(bytes)) switch
    {
        (false, false) => Smallest3E,
        (false, true) => LongestHead,
        (true, false) => 2 * Smallest3E,
        _ => 2 * LongestHead,
    };

    /// <summary>Whether what begins a message, as far as it is there, is a subheader.</summary>
    public static bool IsSubheader(ReadOnlySpan<byte> bytes)
    {
        if (!IsText(bytes[0])) return bytes[0] is 0x50 or 0x54 or 0xD0 or 0xD4 && (bytes.Length < 2 || bytes[1] == 0);
        ReadOnlySpan<byte> start = bytes[..Math.Min(bytes.Length, 4)];
        return "5000"u8.StartsWith(start) || "5400"u8.StartsWith(start) || "D000"u8.StartsWith(start) || "D400"u8.StartsWith(start);
    }

    /// <summary>Reads it; false if it is none. A head that is not whole yet reads as true with <see cref="Length"/> 0.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SlmpFrame frame)
    {
        frame = default;
        if (bytes.IsEmpty) return true;
        if (!IsSubheader(bytes)) return false;
        bool isAscii = IsText(bytes[0]);
        if (bytes.Length < SubheaderBytes(bytes[0])) return true;
        bool isLong = IsLong(bytes), isResponse = bytes[0] is (byte)'D' or >= 0xD0;
        int unit = isAscii ? 2 : 1, head = HeadBytes(bytes);
        // Behind the exchange's number two zeros.
        if (isLong && bytes.Length >= 6 * unit && Number(bytes, 4, 2, isAscii) != 0) return false;
        int station = isLong ? 6 : 2;
        if (bytes.Length >= (station + 4) * unit && !IsModule(Number(bytes, station + 2, 2, isAscii))) return false;
        if (bytes.Length < head) return true;
        int length = Number(bytes, (head / unit) - 2, 2, isAscii);
        if (length < (isResponse ? 2 : 6) * unit || length > Longest) return false;
        if (isAscii && Number(bytes, station, 2, isAscii) < 0) return false;
        frame = new SlmpFrame(isResponse, isAscii, isLong ? Number(bytes, 2, 2, isAscii) : null, head, length);
        return true;
    }

    /// <summary>A number of one or two bytes, that many bytes into something; -1 where that is not written in digits.</summary>
    public int Number(ReadOnlySpan<byte> bytes, int at, int size) => Number(bytes, at, size, IsAscii);

    private static int Number(ReadOnlySpan<byte> bytes, int at, int size, bool isAscii)
    {
        if (!isAscii) return size == 1 ? bytes[at] : BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
        return int.TryParse(bytes.Slice(2 * at, 2 * size), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number) ? number : -1;
    }

    private static bool IsText(byte first) => first is (byte)'5' or (byte)'D';

    private static bool IsLong(ReadOnlySpan<byte> bytes) => IsText(bytes[0]) ? bytes[1] == (byte)'4' : (bytes[0] & 4) != 0;

    /// <summary>Numbers of processors, the own one first, and of multidrop lines. Table of 5.2, "request destination module I/O No.".</summary>
    private static bool IsModule(int number) => number is 0x03FF or (>= 0x03D0 and <= 0x03D3) or (>= 0x03E0 and <= 0x03E3) or (>= 0 and <= 0x01FF);
}
