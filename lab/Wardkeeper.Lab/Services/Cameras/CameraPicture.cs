using System.Buffers.Binary;

namespace Wardkeeper.Lab.Services.Cameras;

/// <summary>
/// What a camera sees: a bright bar that wanders over a dark room, as baseline JPEG in RTP packets (RFC 2435, type 1: 4:2:0, quality 50).
/// All blocks are flat, so only the direct-current coefficients are written; the Huffman codes are those of ITU-T T.81, tables K.3 to K.6.
/// </summary>
internal static class CameraPicture
{
    /// <summary>Size in pixels; both are multiples of 16.</summary>
    public const int Width = 160, Height = 128;

    /// <summary>RTP payload type of JPEG (RFC 3551) and its clock in ticks per second.</summary>
    public const int PayloadType = 26, Clock = 90000;

    private const int Block = 16, Bright = 32, Dark = -24, Marker = 0x80;

    /// <summary>Codes and lengths of the sizes 0 to 7 of luminance differences (table K.3).</summary>
    private static readonly (int Code, int Length)[] Sizes = [(0b00, 2), (0b010, 3), (0b011, 3), (0b100, 3), (0b101, 3), (0b110, 3), (0b1110, 4), (0b11110, 5)];

    /// <summary>One picture as one RTP packet.</summary>
    /// <param name="number">Number of the picture, which places the bar.</param>
    /// <param name="sequence">RTP sequence number.</param>
    /// <param name="timestamp">RTP timestamp.</param>
    /// <param name="source">SSRC.</param>
    public static byte[] Packet(int number, ushort sequence, uint timestamp, uint source)
    {
        byte[] header = new byte[20];
        // RFC 3550, 5.1: version 2; the marker says that the picture is whole.
        (header[0], header[1]) = (0x80, Marker | PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), source);
        // RFC 2435, 3.1: type-specific 0, offset 0, type 1, Q 50, sizes in units of 8 pixels.
        (header[16], header[17], header[18], header[19]) = (1, 50, Width / 8, Height / 8);
        return [.. header, .. Scan(number)];
    }

    private static List<byte> Scan(int number)
    {
        Bits bits = new();
        int before = 0;
        for (int row = 0; row < Height / Block; row++)
        {
            for (int column = 0; column < Width / Block; column++)
            {
                int level = column == number % (Width / Block) ? Bright : Dark;
                for (int part = 0; part < 4; part++)
                {
                    Difference(bits, level - before);
                    before = level;
                    bits.Write(0b1010, 4);
                }
                // Both colours: no difference, no more coefficients (tables K.4 and K.6).
                bits.Write(0b0000, 4);
                bits.Write(0b0000, 4);
            }
        }
        return bits.End();
    }

    /// <summary>T.81, F.1.2.1: the size of the difference, then its low bits; those of a negative one less 1.</summary>
    private static void Difference(Bits bits, int value)
    {
        int size = 32 - int.LeadingZeroCount(Math.Abs(value));
        bits.Write(Sizes[size].Code, Sizes[size].Length);
        bits.Write((value < 0 ? value - 1 : value) & ((1 << size) - 1), size);
    }

    /// <summary>Bits from the highest on; a byte of ones is followed by a zero byte (T.81, F.1.2.3).</summary>
    private sealed class Bits
    {
        private readonly List<byte> bytes = [];
        private int pending, count;

        public void Write(int value, int length)
        {
            for (int bit = length - 1; bit >= 0; bit--)
            {
                pending = (pending << 1) | ((value >> bit) & 1);
                if (++count < 8) continue;
                bytes.Add((byte)pending);
                if (pending == 0xFF) bytes.Add(0);
                (pending, count) = (0, 0);
            }
        }

        public List<byte> End()
        {
            while (count > 0) Write(1, 1);
            return bytes;
        }
    }
}
