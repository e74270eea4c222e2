using System.Net;
using System.Text;

namespace Wardkeeper.Sensor.Content;

/// <summary>Reads the title of an HTML page from its first bytes, in the page's own character set.</summary>
internal static class HtmlTitle
{
    private const int MostBytes = 1024;
    private const int MostCharacters = 200;
    private const int MetaWindow = 1024;

    /// <summary>The title, or null when there is none or it is blank.</summary>
    /// <param name="page">First bytes of the page.</param>
    /// <param name="charset">What the protocol said of its character set, or null.</param>
    public static string? Of(ReadOnlySpan<byte> page, string? charset)
    {
        int at = IndexOf(page, "<title"u8);
        if (at < 0) return null;
        ReadOnlySpan<byte> rest = page[(at + 6)..];
        int open = rest.IndexOf((byte)'>');
        if (open < 0) return null;
        rest = rest[(open + 1)..];
        int close = IndexOf(rest, "</title"u8);
        if (close < 0) return null;
        rest = rest[..Math.Min(close, MostBytes)];
        return Tidy(WebUtility.HtmlDecode(CharacterSet(page, charset).GetString(rest)));
    }

    /// <summary>First place where ASCII letters match in any case.</summary>
    public static int IndexOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> lowerCase)
    {
        for (int from = 0; ;)
        {
            int step = bytes[from..].IndexOfAny(lowerCase[0], (byte)char.ToUpperInvariant((char)lowerCase[0]));
            if (step < 0) return -1;
            from += step;
            if (bytes.Length - from < lowerCase.Length) return -1;
            if (Ascii.EqualsIgnoreCase(bytes.Slice(from, lowerCase.Length), lowerCase)) return from;
            from++;
        }
    }

    /// <summary>The encoding of a name; UTF-8 when it is missing or unknown.</summary>
    public static Encoding Named(string? charset)
    {
        if (string.IsNullOrEmpty(charset) || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return Encoding.UTF8;
        if (charset.StartsWith("gb", StringComparison.OrdinalIgnoreCase)) charset = "gb18030";
        if (charset.Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)) charset = "windows-1252";
        return CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.UTF8;
    }

    private static Encoding CharacterSet(ReadOnlySpan<byte> page, string? charset)
    {
        if (page is [0xEF, 0xBB, 0xBF, ..]) return Encoding.UTF8;
        if (!string.IsNullOrEmpty(charset)) return Named(charset);
        ReadOnlySpan<byte> head = page[..Math.Min(page.Length, MetaWindow)];
        int at = IndexOf(head, "charset="u8);
        if (at < 0) return Encoding.UTF8;
        ReadOnlySpan<byte> name = head[(at + 8)..].TrimStart("\"' "u8);
        int length = 0;
        while (length < name.Length && length < 32 && (char.IsAsciiLetterOrDigit((char)name[length]) || name[length] is (byte)'-' or (byte)'_')) length++;
        return Named(Encoding.ASCII.GetString(name[..length]));
    }

    private static string? Tidy(string text)
    {
        StringBuilder tidy = new(Math.Min(text.Length, MostCharacters));
        bool blank = false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c is '\uE000' or '\uE001')
            {
                blank = tidy.Length > 0;
                continue;
            }
            if (tidy.Length >= MostCharacters) break;
            if (blank) tidy.Append(' ');
            blank = false;
            tidy.Append(c);
        }
        if (tidy.Length > 0 && char.IsHighSurrogate(tidy[^1])) tidy.Length--;
        return tidy.Length == 0 ? null : tidy.ToString();
    }
}
