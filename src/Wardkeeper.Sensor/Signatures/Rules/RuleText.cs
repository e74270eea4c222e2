using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>One rule's text, split: seven words of its header and its options in order. Pure; knows no keyword.</summary>
internal sealed class RuleText
{
    /// <summary>Longest rule that is read; the longest open ones have a few thousand characters.</summary>
    public const int MaxLength = 64 * 1024;

    private RuleText(string[] header, List<(string Keyword, string? Value)> options) => (Header, Options) = (header, options);

    /// <summary>Action, protocol, source, its ports, direction, destination, its ports.</summary>
    public string[] Header { get; }

    /// <summary>Keywords with what stands behind their colon, quotes and escapes untouched.</summary>
    public IReadOnlyList<(string Keyword, string? Value)> Options { get; }

    /// <summary>Splits a rule.</summary>
    /// <exception cref="RefusedException">It is not of the form <c>action protocol source port -> destination port (options)</c>.</exception>
    public static RuleText Split(string text)
    {
        if (text.Length > MaxLength) throw new RefusedException("header", "the rule is too long");
        int open = text.IndexOf('(', StringComparison.Ordinal), close = text.LastIndexOf(')');
        if (open < 0 || close < open) throw new RefusedException("header", "options in parentheses are missing");
        return new RuleText(HeaderWords(text[..open]), OptionList(text[(open + 1)..close]));
    }

    private static string[] HeaderWords(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        int depth = 0;
        foreach (char c in text)
        {
            if (c == '[') depth++;
            else if (c == ']') depth--;
            if (char.IsWhiteSpace(c))
            {
                if (depth > 0 || word.Length == 0) continue;
                words.Add(word.ToString());
                word.Clear();
            }
            else word.Append(c);
        }
        if (word.Length > 0) words.Add(word.ToString());
        if (depth != 0) throw new RefusedException("header", "brackets do not match");
        if (words.Count == 2) words.AddRange(["any", "any", "->", "any", "any"]);
        return words.Count == 7 ? [.. words] : throw new RefusedException("header", string.Create(CultureInfo.InvariantCulture, $"{words.Count} words where 7 are needed"));
    }

    private static List<(string, string?)> OptionList(string text)
    {
        List<(string, string?)> options = [];
        int at = 0;
        while (at < text.Length)
        {
            int end = OptionEnd(text, at);
            string option = text[at..end].Trim();
            at = end + 1;
            if (option.Length == 0) continue;
            int colon = option.IndexOf(':', StringComparison.Ordinal);
            options.Add(colon < 0 ? (option, null) : (option[..colon].Trim(), option[(colon + 1)..].Trim()));
            if (options.Count > 512) throw new RefusedException("header", "more than 512 options");
        }
        return options;
    }

    /// <summary>The semicolon that ends an option: none that is escaped or between quotes.</summary>
    private static int OptionEnd(string text, int from)
    {
        bool quoted = false;
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') quoted = !quoted;
            else if (text[i] == ';' && !quoted) return i;
        }
        return text.Length;
    }

    /// <summary>A value without its quotes; says whether an exclamation mark stood before it.</summary>
    public static string Unquote(string value, out bool negated)
    {
        negated = value.StartsWith('!');
        if (negated) value = value[1..].TrimStart();
        return value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
    }

    /// <summary>The bytes that a content's text means: <c>|41 42|</c> is hexadecimal, a backslash takes the next character as it is.</summary>
    /// <exception cref="RefusedException">The text is not of that form.</exception>
    public static byte[] Bytes(string keyword, string text)
    {
        List<byte> bytes = new(text.Length);
        bool hex = false;
        int nibble = -1;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '|')
            {
                if (nibble >= 0) throw new RefusedException(keyword, "an odd number of hexadecimal digits");
                hex = !hex;
            }
            else if (hex)
            {
                if (char.IsWhiteSpace(c)) continue;
                if (!char.IsAsciiHexDigit(c)) throw new RefusedException(keyword, "between bars stand hexadecimal digits only");
                int digit = Convert.ToInt32(c.ToString(), 16);
                if (nibble < 0) nibble = digit;
                else
                {
                    bytes.Add((byte)((nibble << 4) | digit));
                    nibble = -1;
                }
            }
            else if (c == '\\' && i + 1 < text.Length) bytes.AddRange(Encoding.UTF8.GetBytes(text[++i].ToString()));
            else if (c < 0x80) bytes.Add((byte)c);
            else bytes.AddRange(Encoding.UTF8.GetBytes(char.IsHighSurrogate(c) && i + 1 < text.Length ? text.Substring(i++, 2) : c.ToString()));
        }
        return hex ? throw new RefusedException(keyword, "a bar is not closed") : bytes.Count == 0 ? throw new RefusedException(keyword, "it is empty") : [.. bytes];
    }
}
