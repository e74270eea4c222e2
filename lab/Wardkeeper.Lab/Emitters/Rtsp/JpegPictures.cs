using System.Buffers.Binary;

namespace Wardkeeper.Lab.Emitters.Rtsp;

/// <summary>
/// What a camera sees: a grey room through which something bright walks, as JPEG over RTP (RFC 2435). The format sends no JPEG headers,
/// only the scan by the usual Huffman tables (its appendix B), so a picture whose blocks are flat is few bytes: each block has a DC
/// value and the end of block (ITU-T T.81, F.1.2 and tables K.3 to K.6).
/// </summary>
internal sealed class JpegPictures(uint source)
{
    /// <summary>Width of the picture in pixels.</summary>
    public const int Width = 320;

    /// <summary>Height of the picture in pixels.</summary>
    public const int Height = 240;

    /// <summary>Pictures a second.</summary>
    public const int Rate = 10;

    /// <summary>RTP payload type of JPEG (RFC 3551, table 5).</summary>
    public const byte PayloadType = 26;

    /// <summary>Ticks of the RTP clock a second.</summary>
    public const int Clock = 90_000;

    private const int Mcu = 16, Columns = Width / Mcu, Rows = Height / Mcu, LargestPart = 1400;
    private const byte Type420 = 1, Quality = 50;

    /// <summary>DC difference categories of luminance: code and its length in bits.</summary>
    private static readonly (uint Code, int Bits)[] Categories = [(0b00, 2), (0b010, 3), (0b011, 3), (0b100, 3), (0b101, 3), (0b110, 3), (0b1110, 4)];

    private ushort sequence = (ushort)source;

    /// <summary>The packets of one picture, the last with the marker.</summary>
    /// <param name="number">Number of the picture from the begin of the stream.</param>
    public IEnumerable<byte[]> PacketsOf(int number)
    {
        byte[] scan = Scan(number % Columns);
        for (int offset = 0; offset < scan.Length; offset += LargestPart)
        {
            byte[] part = scan[offset..Math.Min(scan.Length, offset + LargestPart)];
            byte[] packet = new byte[12 + 8 + part.Length];
            packet[0] = 0x80;
            packet[1] = (byte)(PayloadType | (offset + part.Length == scan.Length ? 0x80 : 0));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence++);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), (uint)number * (Clock / Rate));
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), source);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), (uint)offset);
            (packet[16], packet[17], packet[18], packet[19]) = (Type420, Quality, Width / 8, Height / 8);
            part.CopyTo(packet, 20);
            yield return packet;
        }
    }

    private static byte[] Scan(int bright)
    {
        BitWriter bits = new();
        int last = 0;
        for (int mcu = 0; mcu < Columns * Rows; mcu++)
        {
            int level = mcu % Columns == bright ? 40 : mcu / Columns % 4;
            for (int block = 0; block < 4; block++)
            {
                Difference(bits, level - last);
                bits.Add(0b1010, 4);
                last = level;
            }
            // Both colour blocks: no difference, end of block.
            bits.Add(0b0000_0000, 8);
        }
        return bits.End();
    }

    private static void Difference(BitWriter bits, int value)
    {
        int category = 32 - int.LeadingZeroCount(Math.Abs(value));
        (uint code, int length) = Categories[category];
        bits.Add(code, length);
        // A negative value is sent as its ones' complement.
        bits.Add((uint)(value < 0 ? value + (1 << category) - 1 : value), category);
    }

    /// <summary>Bits from the highest down, a zero after each FF, filled with ones (T.81, F.1.2.3).</summary>
    private sealed class BitWriter
    {
        private readonly List<byte> bytes = [];
        private uint pending;
        private int count;

        public void Add(uint value, int bits)
        {
            (pending, count) = ((pending << bits) | value, count + bits);
            while (count >= 8)
            {
                byte one = (byte)(pending >> (count -= 8));
                bytes.Add(one);
                if (one == 0xFF) bytes.Add(0);
            }
        }

        public byte[] End()
        {
            if (count > 0) Add((1u << (8 - count)) - 1, 8 - count);
            return [.. bytes];
        }
    }
}
