using System.Text;
using System.Text.Unicode;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// Decides in which character set a message is written. It must be known before the message is split: the second byte of a Chinese
/// character can be any of the delimiters. MSH-18 may be missing or lie, so the bytes have the last word.
/// </summary>
internal static class Hl7Charset
{
    private static readonly Encoding Gb18030 = Page(54936);

    /// <summary>The character set of a message that begins with MSH.</summary>
    /// <param name="message">All its bytes.</param>
    /// <param name="declared">Whether MSH-18 names the set that was found; also true when there is nothing to contradict (ASCII, or nothing declared).</param>
    public static (Encoding Encoding, string Name) Decide(ReadOnlySpan<byte> message, out bool declared)
    {
        declared = true;
        if (Ascii.IsValid(message))
        {
            return message.Contains((byte)0x1B) && Iso2022(message) is { } escaped ? escaped : (Encoding.UTF8, "ascii");
        }
        (Encoding Encoding, string Name)? said = Declared(message);
        GbShape gb = GbShape.Of(message);
        if (Utf8.IsValid(message))
        {
            // Two-byte sequences alone are also common Chinese characters; three bytes are not.
            if (said?.Name == "gb18030" && gb.IsValid && !HasLongSequence(message)) return (Gb18030, "gb18030");
            declared = said is null or { Name: "utf-8" };
            return (Encoding.UTF8, "utf-8");
        }
        switch (said?.Name)
        {
            case "gb18030" when gb.IsValid:
                return said.Value;
            case "utf-8" when IsMostlyUtf8(message):
                return said.Value;
            case null or "ascii" or "iso-8859-1" or "utf-8" or "gb18030":
                declared = said is null;
                if (gb.IsPlausible) return (Gb18030, "gb18030");
                declared |= said?.Name == "iso-8859-1";
                return (Encoding.Latin1, "iso-8859-1");
            default:
                return said!.Value;
        }
    }

    /// <summary>The character set of text that declares none, by its bytes alone.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isGb">Whether what came before it was GB18030, so that it is so too wherever it can be.</param>
    public static (Encoding Encoding, string Name) Undeclared(ReadOnlySpan<byte> text, bool isGb = false)
    {
        if (Ascii.IsValid(text)) return (Encoding.UTF8, "ascii");
        if (Utf8.IsValid(text)) return (Encoding.UTF8, "utf-8");
        GbShape gb = GbShape.Of(text);
        return gb.IsPlausible || (isGb && gb.IsValid) ? (Gb18030, "gb18030") : (Encoding.Latin1, "iso-8859-1");
    }

    /// <summary>Character set names of HL7 table 0211 and those that occur beside it.</summary>
    public static (Encoding Encoding, string Name)? Known(ReadOnlySpan<byte> name)
    {
        Span<char> key = stackalloc char[24];
        int length = 0;
        foreach (byte value in name)
        {
            if (value is (byte)' ' or (byte)'-' or (byte)'_' or (byte)'/') continue;
            if (value >= 0x7F || length == key.Length) return null;
            key[length++] = char.ToUpperInvariant((char)value);
        }
        ReadOnlySpan<char> text = key[..length];
        if (text.StartsWith("ISO8859")) text = text[3..];
        if (text.StartsWith("8859") && int.TryParse(text[4..], System.Globalization.CultureInfo.InvariantCulture, out int part))
        {
            return part is >= 1 and <= 9 or 13 or 15 ? (Page(28590 + part), $"iso-8859-{part}") : null;
        }
        return text switch
        {
            "ASCII" or "ISOIR6" => (Encoding.UTF8, "ascii"),
            "UNICODEUTF8" or "UTF8" or "UNICODE" => (Encoding.UTF8, "utf-8"),
            "GB180302000" or "GB18030" or "GBK" or "GB2312" or "ISOIR58" => (Gb18030, "gb18030"),
            "BIG5" => (Page(950), "big5"),
            "KSX1001" or "EUCKR" => (Page(949), "euc-kr"),
            "SHIFTJIS" or "SJIS" or "MS932" or "WINDOWS31J" => (Page(932), "shift_jis"),
            "WINDOWS1250" or "CP1250" => (Page(1250), "windows-1250"),
            "WINDOWS1251" or "CP1251" => (Page(1251), "windows-1251"),
            "WINDOWS1252" or "CP1252" => (Page(1252), "windows-1252"),
            _ => null,
        };
    }

    private static Encoding Page(int number) =>
        CodePagesEncodingProvider.Instance.GetEncoding(number) ?? Encoding.Latin1;

    /// <summary>MSH-18. A Chinese facility name can shift the fields before it, so that it is looked for a second time in decoded text.</summary>
    private static (Encoding Encoding, string Name)? Declared(ReadOnlySpan<byte> message)
    {
        if (Known(First(Hl7Header.Field(message, 18, out _), message)) is { } plain) return plain;
        int end = message.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> header = end < 0 ? message : message[..end];
        if (header.Length > 1024 || Ascii.IsValid(header)) return null;
        ReadOnlySpan<byte> decoded = Encoding.UTF8.GetBytes(Gb18030.GetString(header));
        return Known(First(Hl7Header.Field(decoded, 18, out _), decoded));
    }

    /// <summary>The first repetition of MSH-18; the others are alternatives within the text.</summary>
    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> field, ReadOnlySpan<byte> header)
    {
        int end = header.Length > 5 ? field.IndexOf(header[5]) : -1;
        return end < 0 ? field : field[..end];
    }

    private static (Encoding Encoding, string Name)? Iso2022(ReadOnlySpan<byte> message) =>
        message.IndexOf("\u001b$B"u8) >= 0 || message.IndexOf("\u001b$@"u8) >= 0 ? (Page(50220), "iso-2022-jp")
        : message.IndexOf("\u001b$)C"u8) >= 0 ? (Page(50225), "iso-2022-kr")
        : null;

    /// <summary>Whether a sequence of three or four bytes occurs in valid UTF-8.</summary>
    private static bool HasLongSequence(ReadOnlySpan<byte> message) => message.IndexOfAnyInRange((byte)0xE0, (byte)0xF4) >= 0;

    /// <summary>Whether broken sequences (a text cut in the middle of a character) are few among valid ones.</summary>
    private static bool IsMostlyUtf8(ReadOnlySpan<byte> message)
    {
        int good = 0, bad = 0;
        while (!message.IsEmpty)
        {
            int next = message.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (next < 0) break;
            message = message[next..];
            if (Rune.DecodeFromUtf8(message, out _, out int length) == System.Buffers.OperationStatus.Done) good++;
            else bad++;
            message = message[Math.Max(1, length)..];
        }
        return bad * 4 <= good;
    }

    /// <summary>What the bytes look like when they are read as GB18030.</summary>
    /// <param name="IsValid">Whether every byte has its place.</param>
    /// <param name="Pairs">Characters of two bytes.</param>
    /// <param name="HighPairs">Those whose second byte is not ASCII: nearly all in Chinese text, hardly one in a Western text read as Chinese.</param>
    private readonly record struct GbShape(bool IsValid, int Pairs, int HighPairs)
    {
        /// <summary>Whether it is more likely Chinese than Western.</summary>
        public bool IsPlausible => IsValid && HighPairs * 2 >= Pairs;

        public static GbShape Of(ReadOnlySpan<byte> bytes)
        {
            int pairs = 0, high = 0;
            while (true)
            {
                int next = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
                if (next < 0) return new GbShape(true, pairs, high);
                bytes = bytes[next..];
                if (bytes.Length < 2 || bytes[0] is 0x80 or 0xFF) return default;
                if (bytes[1] is >= (byte)'0' and <= (byte)'9')
                {
                    if (bytes.Length < 4 || bytes[2] is < 0x81 or 0xFF || bytes[3] is < (byte)'0' or > (byte)'9') return default;
                    bytes = bytes[4..];
                    continue;
                }
                if (bytes[1] is < 0x40 or 0x7F or 0xFF) return default;
                pairs++;
                if (bytes[1] >= 0x80) high++;
                bytes = bytes[2..];
            }
        }
    }
}
