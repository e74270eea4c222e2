namespace Wardkeeper.Sensor.Protocols.Http2;

/// <summary>The Huffman code of HPACK (RFC 7541, appendix B). It is canonical: codes of one length follow each other in the order of their bytes, so the lengths tell everything.</summary>
internal static class HpackHuffman
{
    private const int Longest = 30;

    private static readonly int[] First = new int[Longest + 1], Count = new int[Longest + 1], Start = new int[Longest + 1];
    private static readonly byte[] Sorted = Sort();

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    ];

    /// <summary>Decodes a text. False when it does not fit, a code is none, or the padding is not the beginning of the end code.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> packed, Span<byte> into, out int length)
    {
        length = 0;
        int code = 0, bits = 0;
        bool isAllOnes = true;
        foreach (byte b in packed)
        {
            for (int shift = 7; shift >= 0; shift--)
            {
                int bit = (b >> shift) & 1;
                code = (code << 1) | bit;
                isAllOnes &= bit == 1;
                if (++bits > Longest) return false;
                int place = code - First[bits];
                if (place < 0 || place >= Count[bits]) continue;
                if (length == into.Length) return false;
                into[length++] = Sorted[Start[bits] + place];
                code = bits = 0;
                isAllOnes = true;
            }
        }
        return bits < 8 && isAllOnes;
    }

    private static byte[] Sort()
    {
        byte[] sorted = [.. Enumerable.Range(0, 256).OrderBy(static b => Lengths[b]).ThenBy(static b => b).Select(static b => (byte)b)];
        foreach (byte length in Lengths) Count[length]++;
        int code = 0, start = 0;
        for (int bits = 1; bits <= Longest; bits++)
        {
            (First[bits], Start[bits]) = (code, start);
            code = (code + Count[bits]) << 1;
            start += Count[bits];
        }
        return sorted;
    }
}
