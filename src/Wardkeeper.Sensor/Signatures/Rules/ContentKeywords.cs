using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Reads <c>content</c>, what modifies it, and <c>pcre</c>.</summary>
internal static class ContentKeywords
{
    /// <summary><c>content:"…"</c></summary>
    public static void Content(RuleBuilder rule, string? value) => rule.Add(Pattern(rule, value));

    /// <summary><c>uricontent:"…"</c>: content of the URI.</summary>
    public static void UriContent(RuleBuilder rule, string? value) => rule.AddTo(BufferName.HttpUri, BufferName.None, Pattern(rule, value));

    /// <summary>A modifier that takes a number or a variable.</summary>
    public static Action<RuleBuilder, string?> Place(Action<ContentCheck, Amount> set) => (rule, value) =>
        set(rule.Content(), rule.Amount(value ?? throw new RefusedException(rule.Keyword, "a number is missing")));

    /// <summary>A modifier without a value.</summary>
    public static Action<RuleBuilder, string?> Flag(Action<ContentCheck> set) => (rule, _) => set(rule.Content());

    /// <summary><c>distance</c></summary>
    public static void Distance(ContentCheck content, Amount amount) => content.Distance = amount;

    /// <summary><c>isdataat:10,relative</c></summary>
    public static void DataAt(RuleBuilder rule, string? value)
    {
        string[] words = Words(value);
        bool negated = words[0].StartsWith('!'), relative = words.Contains("relative");
        rule.Add(new DataAtCheck(rule.Amount(words[0].TrimStart('!')), relative, negated) { DependsOnBefore = relative });
    }

    /// <summary><c>bsize</c></summary>
    public static void Size(RuleBuilder rule, string? value) => rule.Add(new SizeCheck(NumberTest.Parse(rule.Keyword, value)));

    /// <summary><c>urilen:10&lt;&gt;20,raw</c></summary>
    public static void UriLength(RuleBuilder rule, string? value)
    {
        string[] words = Words(value);
        BufferName buffer = words.Contains("norm") ? BufferName.HttpUri : BufferName.HttpUriRaw;
        rule.AddTo(buffer, BufferName.None, new SizeCheck(NumberTest.Parse(rule.Keyword, words[0])));
    }

    /// <summary><c>base64_decode:bytes 10, offset 2, relative</c></summary>
    public static void Base64(RuleBuilder rule, string? value)
    {
        int count = 0, offset = 0;
        bool relative = false;
        foreach (string word in Words(value))
        {
            string[] pair = word.Split(' ', 2, StringSplitOptions.TrimEntries);
            if (pair[0] == "relative") relative = true;
            else if (pair.Length == 2 && pair[0] == "bytes") count = (int)rule.Amount(pair[1]).Constant;
            else if (pair.Length == 2 && pair[0] == "offset") offset = (int)rule.Amount(pair[1]).Constant;
            else if (word.Length > 0) throw new RefusedException(rule.Keyword, $"{word} is not known");
        }
        rule.Add(new Base64Check(count, offset, relative) { DependsOnBefore = relative });
    }

    /// <summary><c>entropy: value &gt; 4, bytes 10, offset 0</c></summary>
    public static void Entropy(RuleBuilder rule, string? value)
    {
        int count = 0, offset = 0;
        Func<double, bool>? test = null;
        foreach (string word in Words(value))
        {
            if (word.StartsWith("bytes", StringComparison.Ordinal)) count = (int)rule.Amount(word[5..]).Constant;
            else if (word.StartsWith("offset", StringComparison.Ordinal)) offset = (int)rule.Amount(word[6..]).Constant;
            else if (word.StartsWith("value", StringComparison.Ordinal)) test = Comparison(rule, word[5..].Trim());
            else throw new RefusedException(rule.Keyword, $"{word} is not known");
        }
        rule.Add(new EntropyCheck(offset, count, test ?? throw new RefusedException(rule.Keyword, "a value is missing")));
    }

    /// <summary><c>absent</c> and <c>absent:or_else</c></summary>
    public static void Absent(RuleBuilder rule, string? value)
    {
        if (!rule.IsSticky) throw new RefusedException(rule.Keyword, "it is said of a buffer");
        if (value is null) rule.Section.MustBeAbsent = true;
        else if (value == "or_else") rule.Section.AbsentHolds = true;
        else throw new RefusedException(rule.Keyword, $"{value} is not known");
    }

    /// <summary><c>pcre:"/…/flags"</c></summary>
    public static void Pcre(RuleBuilder rule, string? value)
    {
        string text = RuleText.Unquote(value ?? throw new RefusedException("pcre", "an expression is missing"), out bool negated);
        int open = text.StartsWith('m') ? 1 : 0, close = open < text.Length ? text.LastIndexOf(text[open]) : -1;
        if (close <= open) throw new RefusedException("pcre", "it does not end");
        string flags = text[(close + 1)..];
        if (flags.Contains(',', StringComparison.Ordinal)) throw new RefusedException("pcre", "captures into variables are not supported");
        RegexOptions options = RegexOptions.CultureInvariant;
        (BufferName Client, BufferName Server)? buffer = null;
        bool relative = false, anchored = false;
        foreach (char flag in flags)
        {
            switch (flag)
            {
                case 'i': options |= RegexOptions.IgnoreCase; break;
                case 's': options |= RegexOptions.Singleline; break;
                case 'm': options |= RegexOptions.Multiline; break;
                case 'x': options |= RegexOptions.IgnorePatternWhitespace; break;
                case 'A': anchored = true; break;
                case 'R': relative = true; break;
                case 'B' or 'O' or 'E': break;
                case 'G': throw new RefusedException("pcre", "the flag G (ungreedy) is not supported");
                default:
                    buffer = BufferKeywords.OfPcreFlag(flag) ?? throw new RefusedException("pcre", $"the flag {flag} is not supported");
                    break;
            }
        }
        string pattern = PcreTranslation.Translate(text[(open + 1)..close], flags.Contains('E', StringComparison.Ordinal), options);
        if (anchored) pattern = $@"\A(?:{pattern})";
        PcreCheck.Verify(pattern, options);
        PcreCheck check = new(pattern, options, negated) { DependsOnBefore = relative };
        if (buffer is { } into) rule.AddTo(into.Client, into.Server, check);
        else rule.Add(check);
    }

    /// <summary>Words between commas.</summary>
    public static string[] Words(string? value) => (value ?? "").Split(',', StringSplitOptions.TrimEntries);

    private static ContentCheck Pattern(RuleBuilder rule, string? value)
    {
        string text = RuleText.Unquote(value ?? throw new RefusedException(rule.Keyword, "a value is missing"), out bool negated);
        return new ContentCheck(RuleText.Bytes(rule.Keyword, text), negated);
    }

    private static double Fraction(RuleBuilder rule, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw new RefusedException(rule.Keyword, $"{text} is no number");

    private static Func<double, bool> Comparison(RuleBuilder rule, string text)
    {
        int length = text is [_, '=', ..] && text[0] is '>' or '<' or '!' ? 2 : text.Length > 0 && text[0] is '>' or '<' or '=' or '!' ? 1 : 0;
        string[] ends = text[length..].Split('-', StringSplitOptions.TrimEntries);
        double value = Fraction(rule, ends[0]);
        if (ends.Length == 2 && text[..length] is "" or "!")
        {
            double until = Fraction(rule, ends[1]);
            bool inside = length == 0;
            return entropy => (entropy >= value && entropy <= until) == inside;
        }
        if (ends.Length > 1) throw new RefusedException(rule.Keyword, $"{text} is no number");
        return text[..length] switch
        {
            ">" => entropy => entropy > value,
            "<" => entropy => entropy < value,
            ">=" => entropy => entropy >= value,
            "<=" => entropy => entropy <= value,
            "!" or "!=" => entropy => Math.Abs(entropy - value) > 1e-9,
            _ => entropy => Math.Abs(entropy - value) < 1e-9,
        };
    }
}

/// <summary>Writes an expression of PCRE in .NET's words, where the two differ. Bytes are characters from 0 to 255, and classes mean ASCII.</summary>
internal static class PcreTranslation
{
    private static readonly (string Name, string Class)[] Classes =
    [
        ("alpha", "a-zA-Z"), ("digit", "0-9"), ("alnum", "a-zA-Z0-9"), ("upper", "A-Z"), ("lower", "a-z"), ("space", @"\x20\t-\r"), ("blank", @"\x20\t"), ("punct", @"!-/:-@\x5b-`{-~"),
        ("xdigit", "0-9A-Fa-f"), ("word", "a-zA-Z0-9_"), ("cntrl", @"\x00-\x1f\x7f"), ("print", @"\x20-~"), ("graph", "!-~"),
    ];

    /// <summary>Translates; what cannot be said is left as it is, and refused when it is read.</summary>
    public static string Translate(string pattern, bool dollarIsEnd, RegexOptions options)
    {
        StringBuilder into = new(pattern.Length + 16);
        bool inClass = false;
        int classStart = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length) i = Escape(pattern, i + 1, inClass, into);
            else if (inClass && c == '[' && Posix(pattern, i, into) is > 0 and int length) i += length - 1;
            else if (inClass && c == '[') into.Append(@"\[");
            else if (inClass && c == ']' && i > classStart)
            {
                inClass = false;
                into.Append(c);
            }
            else if (!inClass && c == '[')
            {
                inClass = true;
                classStart = i + (i + 1 < pattern.Length && pattern[i + 1] == '^' ? 2 : 1);
                into.Append(c);
            }
            else if (!inClass && pattern.AsSpan(i).StartsWith("(?P<")) (i, _) = (i + 2, into.Append("(?"));
            else if (!inClass && c == '$' && dollarIsEnd && (options & RegexOptions.Multiline) == 0) into.Append(@"\z");
            else if (!inClass && c == '+' && i > 0 && IsQuantifierEnd(pattern, i)) throw new RefusedException("pcre", "possessive quantifiers are not supported");
            else into.Append(inClass && c == ']' ? @"\]" : c > 0xFF ? Bytes(c) : c.ToString());
        }
        return into.ToString();
    }

    private static bool IsQuantifierEnd(string pattern, int at)
    {
        char before = pattern[at - 1];
        int slashes = 0;
        for (int i = at - 2; i >= 0 && pattern[i] == '\\'; i--) slashes++;
        return slashes % 2 == 0 && (before is '*' or '+' || (before == '?' && at > 1 && pattern[at - 2] != '(') || before == '}');
    }

    private static string Bytes(char c) => string.Concat(Encoding.UTF8.GetBytes(c.ToString()).Select(value => $@"\x{value:x2}"));

    private static int Escape(string pattern, int at, bool inClass, StringBuilder into)
    {
        char c = pattern[at];
        switch (c)
        {
            case 'd': into.Append(inClass ? "0-9" : "[0-9]"); return at;
            case 'w': into.Append(inClass ? "a-zA-Z0-9_" : "[a-zA-Z0-9_]"); return at;
            case 's': into.Append(inClass ? @"\x20\t-\r" : @"[\x20\t-\r]"); return at;
            case 'D' when !inClass: into.Append("[^0-9]"); return at;
            case 'W' when !inClass: into.Append("[^a-zA-Z0-9_]"); return at;
            case 'S' when !inClass: into.Append(@"[^\x20\t-\r]"); return at;
            case 'h': into.Append(inClass ? @"\x20\t" : @"[\x20\t]"); return at;
            case 'R' when !inClass: into.Append(@"(?:\r\n|\n|\r)"); return at;
            case 'x' when at + 1 < pattern.Length && pattern[at + 1] == '{':
                int close = pattern.IndexOf('}', at);
                if (close < 0) throw new RefusedException("pcre", @"\x{ is not closed");
                into.Append(@"\x").Append(pattern[(at + 2)..close].PadLeft(2, '0'));
                return close;
            case 'x':
                int digits = 0;
                while (digits < 2 && at + 1 + digits < pattern.Length && char.IsAsciiHexDigit(pattern[at + 1 + digits])) digits++;
                into.Append(@"\x").Append(pattern.AsSpan(at + 1, digits).ToString().PadLeft(2, '0'));
                return at + digits;
            case 'Q' or 'K' or 'X' or 'C' or 'G' or 'H': throw new RefusedException("pcre", $@"\{c} is not supported");
            default:
                bool plain = char.IsAsciiLetterOrDigit(c) ? !"abBefnrtuvAzZSDW0123456789kpP".Contains(c, StringComparison.Ordinal) : c is '_' or > '\x7f';
                if (plain) into.Append(c);
                else into.Append('\\').Append(c);
                return at;
        }
    }

    private static int Posix(string pattern, int at, StringBuilder into)
    {
        foreach ((string name, string characters) in Classes)
        {
            string word = $"[:{name}:]";
            if (string.CompareOrdinal(pattern, at, word, 0, word.Length) != 0) continue;
            into.Append(characters);
            return word.Length;
        }
        return 0;
    }
}
