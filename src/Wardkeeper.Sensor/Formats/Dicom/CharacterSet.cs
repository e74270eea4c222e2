using System.Text;

namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>
/// How texts of a data set are written: Specific Character Set (0008,0005), PS3.3, section C.12.1.1.2. Text is decoded before it is
/// split, because the second byte of a Chinese, Japanese or Korean character can be a backslash or a caret.
/// </summary>
/// <param name="Code">Code page of the first value; 0 for the default repertoire.</param>
/// <param name="IsDeclared">Whether a set was named that is known.</param>
internal readonly record struct CharacterSet(ushort Code, bool IsDeclared)
{
    internal const ushort Utf8 = 65001, Gb18030 = 54936, Gbk = 936, ShiftJis = 932, Korean = 949, EucJapanese = 51932, SupplementaryJapanese = 20932, Thai = 874;
    private const byte Escape = 0x1B;

    /// <summary>Reads the value of (0008,0005). Spellings that the standard does not have but devices do are understood.</summary>
    public static CharacterSet Of(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)'\\');
        ReadOnlySpan<byte> first = (end < 0 ? value : value[..end]).Trim("\0 "u8);
        if (first.IsEmpty) return new CharacterSet(0, end >= 0);
        if (Ascii.EqualsIgnoreCase(first, "GB18030"u8)) return new CharacterSet(Gb18030, true);
        if (Ascii.EqualsIgnoreCase(first, "GBK"u8) || Ascii.EqualsIgnoreCase(first, "GB2312"u8)) return new CharacterSet(Gbk, true);
        if (Ascii.EqualsIgnoreCase(first, "UTF-8"u8) || Ascii.EqualsIgnoreCase(first, "UTF8"u8)) return new CharacterSet(Utf8, true);
        int digits = first.LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
        if (!first.StartsWith("ISO"u8) || !int.TryParse(first[digits..], System.Globalization.CultureInfo.InvariantCulture, out int registration)) return default;
        return registration == 6 ? new CharacterSet(0, true) : Page(registration) is { } page ? new CharacterSet(page, true) : default;
    }

    /// <summary>The text of a value, padding removed. Bytes that are no text come out as U+FFFD, never as an exception.</summary>
    public string Decode(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.Trim("\0 "u8);
        bool isEscaped = Code is not (Utf8 or Gb18030 or Gbk) && bytes.Contains(Escape);
        if (isEscaped) return Iso2022Text.Decode(bytes, Code);
        if (Ascii.IsValid(bytes)) return Observations.RecentTexts.OfAscii(bytes);
        return Code == 0 || (Code == Utf8 && !Utf8IsGood(bytes)) ? Undeclared(bytes) : Encoding(Code).GetString(bytes);
    }

    /// <summary>The encoding of a code page; one that is not there reads as Latin 1.</summary>
    internal static Encoding Encoding(int page) => page == Utf8 ? System.Text.Encoding.UTF8 : CodePagesEncodingProvider.Instance.GetEncoding(page) ?? System.Text.Encoding.Latin1;

    /// <summary>Code page for a registration number of ISO 2375. PS3.3, tables C.12-2 to C.12-5.</summary>
    private static ushort? Page(int registration) => registration switch
    {
        100 => 28591,
        101 => 28592,
        109 => 28593,
        110 => 28594,
        144 => 28595,
        127 => 28596,
        126 => 28597,
        138 => 28598,
        148 => 28599,
        203 => 28605,
        13 => ShiftJis,
        166 => Thai,
        192 => Utf8,
        58 => Gbk,
        149 => Korean,
        87 => EucJapanese,
        159 => SupplementaryJapanese,
        _ => null,
    };

    private static bool Utf8IsGood(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    /// <summary>Text with bytes that its character set cannot have: UTF-8 if it is, Chinese if it looks like it, else Latin 1.</summary>
    private static string Undeclared(ReadOnlySpan<byte> bytes)
    {
        if (Utf8IsGood(bytes)) return System.Text.Encoding.UTF8.GetString(bytes);
        if (LooksChinese(bytes) && Encoding(Gb18030).GetString(bytes) is { } chinese && !chinese.Contains('\uFFFD', StringComparison.Ordinal)) return chinese;
        return System.Text.Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Whether most characters have two high bytes, as common Chinese ones do and Western text read as Chinese does not.</summary>
    private static bool LooksChinese(ReadOnlySpan<byte> bytes)
    {
        int pairs = 0, highPairs = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80) continue;
            pairs++;
            i++;
            if (i < bytes.Length && bytes[i] >= 0x80) highPairs++;
        }
        return highPairs * 2 > pairs;
    }
}
