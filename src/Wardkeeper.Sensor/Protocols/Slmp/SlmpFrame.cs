using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Slmp;

/// <summary>
/// The head of a message in binary code: a subheader that tells frame and direction, in 4E frames a number of the exchange, the
/// station that is meant, and how much follows. SLMP reference SH(NA)-080956ENG, 5.1 and 5.2.
/// </summary>
/// <param name="IsResponse">Whether the controller answers.</param>
/// <param name="Serial">Number of the exchange; null in 3E frames.</param>
/// <param name="Head">Bytes before what the length counts.</param>
/// <param name="Length">Bytes behind them: timer, command and data, or end code and data.</param>
internal readonly record struct SlmpFrame(bool IsResponse, int? Serial, int Head, int Length)
{
    /// <summary>Bytes that are needed to know how long the head is.</summary>
    public const int Subheader = 2;

    private const int Longest = 8192, LongestHead = 13, Smallest3E = 9;

    /// <summary>Bytes of the head of a frame that begins so.</summary>
    public static int HeadBytes(byte first) => (first & 4) != 0 ? LongestHead : Smallest3E;

    /// <summary>Whether the first two bytes, as far as they are there, are of a frame.</summary>
    public static bool IsSubheader(ReadOnlySpan<byte> bytes) => bytes[0] is 0x50 or 0x54 or 0xD0 or 0xD4 && (bytes.Length < Subheader || bytes[1] == 0);

    /// <summary>Reads it; false if it is none. A head that is not whole yet reads as true with <see cref="Length"/> 0.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SlmpFrame frame)
    {
        frame = default;
        if (bytes.IsEmpty) return true;
        if (!IsSubheader(bytes)) return false;
        bool isLong = (bytes[0] & 4) != 0, isResponse = bytes[0] >= 0xD0;
        int head = HeadBytes(bytes[0]);
        // Behind the exchange's number two zeros; a station in a module that exists, and none behind a multidrop line that cannot be.
        if (isLong && bytes.Length >= 6 && (bytes[4] | bytes[5]) != 0) return false;
        ReadOnlySpan<byte> station = bytes[Math.Min(bytes.Length, isLong ? 6 : Subheader)..];
        if (bytes.Length < head) return station.Length < 4 || IsModule(station[2..]);
        if (!IsModule(station[2..])) return false;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(head - 2)..]);
        if (length < (isResponse ? 2 : 6) || length > Longest) return false;
        frame = new SlmpFrame(isResponse, isLong ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]) : null, head, length);
        return true;
    }

    /// <summary>Numbers of processors, the own one first, and of multidrop lines. Table of 5.2, "request destination module I/O No.".</summary>
    private static bool IsModule(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes) is 0x03FF or (>= 0x03D0 and <= 0x03D3) or (>= 0x03E0 and <= 0x03E3) or <= 0x01FF;
}
