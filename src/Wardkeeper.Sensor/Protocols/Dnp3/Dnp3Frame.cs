using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Dnp3;

/// <summary>One frame of the link layer: a header of ten bytes, then data in blocks of sixteen, each with its checksum. IEEE 1815, clause 9.</summary>
internal static class Dnp3Frame
{
    public const int Header = 10, LongestData = 250, Longest = 292;
    private const int Block = 16, Checksum = 2;

    private static readonly ushort[] Table = MakeTable();

    /// <summary>Whether a frame begins here: its sync bytes, length and the checksum of its header.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Header && bytes[0] == 0x05 && bytes[1] == 0x64 && bytes[2] >= 5 && Sum(bytes[..8]) == BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);

    /// <summary>Bytes of the whole frame.</summary>
    public static int Length(ReadOnlySpan<byte> header)
    {
        int data = header[2] - 5;
        return Header + data + ((data + Block - 1) / Block * Checksum);
    }

    /// <summary>Copies the data of a frame without its checksums; the number of bytes.</summary>
    public static int Data(ReadOnlySpan<byte> frame, Span<byte> into)
    {
        int left = frame[2] - 5, written = 0;
        for (int at = Header; left > 0 && at < frame.Length; at += Block + Checksum)
        {
            ReadOnlySpan<byte> block = frame.Slice(at, Math.Min(Math.Min(Block, left), frame.Length - at));
            block.CopyTo(into[written..]);
            written += block.Length;
            left -= block.Length;
        }
        return written;
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        ushort sum = 0;
        foreach (byte one in bytes) sum = (ushort)((sum >> 8) ^ Table[(sum ^ one) & 0xFF]);
        return (ushort)~sum;
    }

    // The polynomial of clause 9.2.4.1, its bits mirrored.
    private static ushort[] MakeTable()
    {
        ushort[] table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            int sum = i;
            for (int bit = 0; bit < 8; bit++) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xA6BC : sum >> 1;
            table[i] = (ushort)sum;
        }
        return table;
    }
}
