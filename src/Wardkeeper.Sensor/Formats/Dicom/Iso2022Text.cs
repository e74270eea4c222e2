using System.Buffers;
using System.Text;

namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>
/// Text with code extensions (ISO/IEC 2022 as PS3.5, section 6.1.2.5 uses it): escape sequences say what the lower and the upper half
/// of the bytes mean from there on; at a delimiter in the ASCII half both mean again what they meant at first.
/// </summary>
internal static class Iso2022Text
{
    private const byte Escape = 0x1B;
    private static readonly SearchValues<byte> Delimiters = SearchValues.Create("\u001b\\^=\r\n\f\t"u8), Controls = SearchValues.Create("\u001b\r\n\f\t"u8);

    /// <summary>Codes of sets with two bytes a character in the lower half, beside those of code pages in the upper.</summary>
    private const int None = 0;

    /// <summary>Decodes a value.</summary>
    /// <param name="bytes">The value.</param>
    /// <param name="first">Code page of the set in force at the beginning; 0 for ASCII.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, int first)
    {
        StringBuilder text = new(bytes.Length);
        (int lower, int upper) initial = first is CharacterSet.EucJapanese or CharacterSet.SupplementaryJapanese ? (first, None) : (None, first);
        (int lower, int upper) = initial;
        while (!bytes.IsEmpty)
        {
            if (bytes[0] == Escape)
            {
                int length = Designate(bytes, ref lower, ref upper);
                bytes = bytes[length..];
                continue;
            }
            int run = Run(bytes, lower, out bool isDelimiter);
            if (isDelimiter)
            {
                text.Append((char)bytes[0]);
                (lower, upper) = initial;
                bytes = bytes[1..];
                continue;
            }
            Append(text, bytes[..run], lower, upper);
            bytes = bytes[run..];
        }
        return text.ToString();
    }

    /// <summary>Bytes up to the next escape or delimiter; within a set of two lower bytes a character there are no delimiters.</summary>
    private static int Run(ReadOnlySpan<byte> bytes, int lower, out bool isDelimiter)
    {
        isDelimiter = false;
        int end = bytes.IndexOfAny(lower == None ? Delimiters : Controls);
        if (end < 0) return bytes.Length;
        if (end > 0) return end;
        isDelimiter = bytes[0] != Escape;
        return 1;
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> run, int lower, int upper)
    {
        while (!run.IsEmpty)
        {
            bool isUpper = run[0] >= 0x80;
            int length = isUpper ? run.IndexOfAnyInRange((byte)0, (byte)0x7F) : run.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (length < 0) length = run.Length;
            ReadOnlySpan<byte> half = run[..length];
            if (isUpper) text.Append(CharacterSet.Encoding(upper == None ? 28591 : upper).GetString(half));
            else if (lower == None) text.Append(Encoding.ASCII.GetString(half));
            else Pairs(text, half, lower);
            run = run[length..];
        }
    }

    /// <summary>Characters of two bytes in the lower half, read through the EUC page that holds the same set in the upper one.</summary>
    private static void Pairs(StringBuilder text, ReadOnlySpan<byte> half, int page)
    {
        Span<byte> high = half.Length <= 256 ? stackalloc byte[half.Length] : new byte[half.Length];
        // Page 20932 keeps the second byte of the supplementary set in the lower half.
        for (int i = 0; i < half.Length; i++) high[i] = page == CharacterSet.SupplementaryJapanese && i % 2 == 1 ? half[i] : (byte)(half[i] | 0x80);
        text.Append(CharacterSet.Encoding(page).GetString(high));
    }

    /// <summary>Takes an escape sequence and returns its length. PS3.3, tables C.12-3 and C.12-4.</summary>
    private static int Designate(ReadOnlySpan<byte> bytes, ref int lower, ref int upper)
    {
        ReadOnlySpan<byte> rest = bytes[1..];
        switch (rest)
        {
            case [0x28, 0x42, ..] or [0x28, 0x4A, ..]: lower = None; return 3;
            case [0x29, 0x49, ..]: upper = CharacterSet.ShiftJis; return 3;
            case [0x24, 0x42, ..] or [0x24, 0x40, ..]: lower = CharacterSet.EucJapanese; return 3;
            case [0x24, 0x28, 0x44, ..]: lower = CharacterSet.SupplementaryJapanese; return 4;
            case [0x24, 0x29, 0x43, ..]: upper = CharacterSet.Korean; return 4;
            case [0x24, 0x29, 0x41, ..]: upper = CharacterSet.Gbk; return 4;
            case [0x2D, byte final, ..] when Latin(final) is > 0 and int page: upper = page; return 3;
            default: return 1;
        }
    }

    private static int Latin(byte final) => final switch
    {
        0x41 => 28591,
        0x42 => 28592,
        0x43 => 28593,
        0x44 => 28594,
        0x4C => 28595,
        0x47 => 28596,
        0x46 => 28597,
        0x48 => 28598,
        0x4D => 28599,
        0x62 => 28605,
        0x54 => CharacterSet.Thai,
        _ => None,
    };
}
