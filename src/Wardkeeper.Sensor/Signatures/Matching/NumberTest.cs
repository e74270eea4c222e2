using System.Globalization;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures.Matching;

/// <summary>A condition on a number as rules write it: <c>5</c>, <c>!5</c>, <c>&gt;5</c>, <c>3-7</c>, <c>3&lt;&gt;7</c>, <c>&amp;0x80</c>, a list of words.</summary>
internal sealed class NumberTest
{
    private readonly char how;
    private readonly long first, second;
    private readonly NumberTest[]? anyOf;
    private NumberTest? none;

    private NumberTest(char how, long first, long second = 0) => (this.how, this.first, this.second) = (how, first, second);

    private NumberTest(NumberTest[] anyOf) => (how, this.anyOf) = ('|', anyOf);

    /// <summary>Whether it holds.</summary>
    public bool Holds(long value) => how switch
    {
        '=' => value == first,
        '!' => value != first,
        '<' => value < first,
        '>' => value > first,
        'l' => value <= first,
        'g' => value >= first,
        '-' => value >= first && value <= second,
        'x' => value > first && value < second,
        'n' => value < first || value > second,
        '&' => (value & first) == second,
        '^' => (value & first) != second,
        'a' => (value & first) != 0,
        '0' => !none!.Holds(value),
        _ => anyOf!.Any(test => test.Holds(value)),
    };

    /// <summary>One of these.</summary>
    public static NumberTest AnyOf(long[] values) => new([.. values.Select(static value => new NumberTest('=', value))]);

    /// <summary>None of these.</summary>
    public static NumberTest NoneOf(long[] values) => new('0', 0) { none = AnyOf(values) };

    /// <summary>Reads a condition.</summary>
    /// <param name="keyword">Whose value it is.</param>
    /// <param name="text">The value.</param>
    /// <param name="words">Names for numbers, in lower case, or null.</param>
    /// <exception cref="RefusedException">It is none.</exception>
    public static NumberTest Parse(string keyword, string? text, IReadOnlyDictionary<string, long>? words = null)
    {
        text = text?.Trim().Trim('"') ?? throw new RefusedException(keyword, "a value is missing");
        if (text.Contains(',', StringComparison.Ordinal)) return new NumberTest([.. text.Split(',').Select(part => Parse(keyword, part, words))]);
        long Number(string part) => Value(keyword, part, words);
        if (text.StartsWith(">=", StringComparison.Ordinal)) return new('g', Number(text[2..]));
        if (text.StartsWith("<=", StringComparison.Ordinal)) return new('l', Number(text[2..]));
        if (text.StartsWith('>')) return new('>', Number(text[1..]));
        if (text.StartsWith('<')) return new('<', Number(text[1..]));
        if (text.StartsWith('&'))
        {
            int sign = text.IndexOf('=', StringComparison.Ordinal);
            if (sign < 0) return new('a', Number(text[1..]));
            bool not = text[sign - 1] == '!';
            return new(not ? '^' : '&', Number(text[1..(not ? sign - 1 : sign)]), Number(text[(sign + 1)..]));
        }
        bool negated = text.StartsWith('!');
        if (negated) text = text[1..].TrimStart('=');
        if (text.StartsWith('=')) text = text[1..];
        int between = text.IndexOf("<>", StringComparison.Ordinal), dash = text.Length > 1 ? text.IndexOf('-', 1) : -1;
        if (between > 0) return new(negated ? 'n' : 'x', Number(text[..between]), Number(text[(between + 2)..]));
        if (dash > 0 && words?.ContainsKey(text.ToLowerInvariant()) != true) return new(negated ? 'n' : '-', Number(text[..dash]), Number(text[(dash + 1)..]));
        return new(negated ? '!' : '=', Number(text));
    }

    private static long Value(string keyword, string text, IReadOnlyDictionary<string, long>? words)
    {
        text = text.Trim();
        if (words is not null && words.TryGetValue(text.ToLowerInvariant(), out long word)) return word;
        long unit = 1;
        string upper = text.ToUpperInvariant();
        foreach ((string suffix, long factor) in new (string, long)[] { ("KIB", 1 << 10), ("KB", 1 << 10), ("MIB", 1 << 20), ("MB", 1 << 20), ("GIB", 1 << 30), ("GB", 1 << 30) })
        {
            if (!upper.EndsWith(suffix, StringComparison.Ordinal)) continue;
            (unit, text) = (factor, text[..^suffix.Length].Trim());
            break;
        }
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (long.TryParse(hex ? text.AsSpan(2) : text, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)) return value * unit;
        throw new RefusedException(keyword, $"{text} is no number");
    }
}
