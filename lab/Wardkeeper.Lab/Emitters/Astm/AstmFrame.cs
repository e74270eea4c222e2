using System.Text;

namespace Wardkeeper.Lab.Emitters.Astm;

/// <summary>One frame of the low-level protocol: STX, number, text, ETB or ETX, checksum, CR LF. CLSI LIS01-A2 (ASTM E1381-95), 6.3.</summary>
/// <param name="Number">Frame number, 1 to 7 and 0 again.</param>
/// <param name="Text">Text, at most 240 bytes.</param>
/// <param name="IsLast">Whether it ends its record (ETX); more of it follows otherwise (ETB).</param>
internal sealed record AstmFrame(int Number, byte[] Text, bool IsLast)
{
    /// <summary>Most bytes of text in a frame. LIS01-A2, 6.3.1.1.</summary>
    public const int MostText = 240;

    /// <summary>Start of text.</summary>
    public const byte Stx = 0x02;

    /// <summary>End of a transfer.</summary>
    public const byte Eot = 0x04;

    /// <summary>Asks to begin a transfer.</summary>
    public const byte Enq = 0x05;

    /// <summary>Accepted.</summary>
    public const byte Ack = 0x06;

    /// <summary>Refused; to be sent again.</summary>
    public const byte Nak = 0x15;

    /// <summary>End of every frame.</summary>
    public static readonly byte[] End = [0x0D, 0x0A];

    private const byte Etx = 0x03;
    private const byte Etb = 0x17;

    /// <summary>Frames of a message: each record begins one, and a longer record takes as many as it needs.</summary>
    /// <param name="records">Records without the carriage return that ends them.</param>
    public static IEnumerable<AstmFrame> Split(IEnumerable<string> records)
    {
        int number = 0;
        foreach (string record in records)
        {
            byte[] text = Encoding.UTF8.GetBytes(record + "\r");
            for (int at = 0; at < text.Length; at += MostText)
            {
                number = (number + 1) % 8;
                int end = Math.Min(at + MostText, text.Length);
                yield return new(number, text[at..end], end == text.Length);
            }
        }
    }

    /// <summary>The frame as bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] covered = [(byte)('0' + Number), .. Text, IsLast ? Etx : Etb];
        return [Stx, .. covered, .. Checksum(covered), .. End];
    }

    /// <summary>The frame as bytes, with one bit of its text turned over: what a bad cable does. Its checksum is that of the right text.</summary>
    public byte[] ToDamagedBytes()
    {
        byte[] bytes = ToBytes();
        bytes[2] ^= 1;
        return bytes;
    }

    /// <summary>Reads a frame whose STX has been taken; null where its form or checksum is wrong.</summary>
    public static AstmFrame? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 6 || bytes.Length > MostText + 6 || !bytes.EndsWith(End)) return null;
        ReadOnlySpan<byte> covered = bytes[..^4];
        if (!bytes[^4..^2].SequenceEqual(Checksum(covered)) || covered[0] is < (byte)'0' or > (byte)'7' || covered[^1] is not (Etx or Etb)) return null;
        return new(covered[0] - '0', covered[1..^1].ToArray(), covered[^1] == Etx);
    }

    /// <summary>Sum of the bytes from the number through ETB or ETX, modulo 256, as two hexadecimal digits. LIS01-A2, 6.3.3.</summary>
    private static byte[] Checksum(ReadOnlySpan<byte> covered)
    {
        byte sum = 0;
        foreach (byte part in covered) sum += part;
        return Encoding.ASCII.GetBytes(sum.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
    }
}
