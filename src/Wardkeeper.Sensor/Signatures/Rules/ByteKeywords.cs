using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Reads the keywords that take numbers out of a buffer: <c>byte_test</c>, <c>byte_jump</c>, <c>byte_extract</c>, <c>byte_math</c>.</summary>
internal static class ByteKeywords
{
    /// <summary><c>byte_test:4,&gt;,100,0,relative</c></summary>
    public static void Test(RuleBuilder rule, string? value)
    {
        string[] words = Needed(rule, value, 4);
        string comparison = words[1];
        bool negated = comparison.StartsWith('!') && comparison.Length > 1;
        if (negated) comparison = comparison[1..].Trim();
        if (comparison == "!") (comparison, negated) = ("=", true);
        if (comparison is not ("<" or ">" or "=" or "<=" or ">=" or "&" or "^")) throw new RefusedException(rule.Keyword, $"{comparison} is no comparison");
        ByteNumber number = Number(rule, words[0], words[3], words.AsSpan(4), null);
        rule.Add(new ByteTestCheck(number, comparison, negated, rule.Amount(words[2])) { DependsOnBefore = number.IsRelative });
    }

    /// <summary><c>byte_jump:4,0,relative,multiplier 2,align</c></summary>
    public static void Jump(RuleBuilder rule, string? value)
    {
        string[] words = Needed(rule, value, 2);
        JumpFrom from = JumpFrom.Number;
        long multiplier = 1;
        bool aligns = false;
        Amount after = default;
        ByteNumber number = Number(rule, words[0], words[1], words.AsSpan(2), (word, argument) =>
        {
            switch (word)
            {
                case "from_beginning": from = JumpFrom.Beginning; return true;
                case "from_end": from = JumpFrom.End; return true;
                case "align": aligns = true; return true;
                case "multiplier": multiplier = rule.Amount(argument).Constant; return true;
                case "post_offset": after = rule.Amount(argument); return true;
                default: return false;
            }
        });
        rule.Add(new ByteJumpCheck(number, from, multiplier, aligns, after with { Variable = after == default ? -1 : after.Variable }) { DependsOnBefore = number.IsRelative });
    }

    /// <summary><c>byte_extract:2,0,length,relative</c></summary>
    public static void Extract(RuleBuilder rule, string? value)
    {
        string[] words = Needed(rule, value, 3);
        long multiplier = 1;
        int align = 0;
        ByteNumber number = Number(rule, words[0], words[1], words.AsSpan(3), (word, argument) =>
        {
            if (word == "multiplier") multiplier = rule.Amount(argument).Constant;
            else if (word == "align") align = (int)rule.Amount(argument).Constant;
            else return false;
            return true;
        });
        rule.Add(new ByteExtractCheck(number, rule.Variables.Add(rule.Keyword, words[2]), multiplier, align) { DependsOnBefore = number.IsRelative });
    }

    /// <summary><c>byte_math:bytes 2, offset 0, oper +, rvalue 4, result length</c></summary>
    public static void Math(RuleBuilder rule, string? value)
    {
        string bytes = "", offset = "", operation = "", right = "", result = "";
        List<string> rest = [];
        foreach (string word in ContentKeywords.Words(value))
        {
            string[] pair = word.Split([' ', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string argument = pair.Length == 2 ? pair[1] : "";
            switch (pair.Length == 0 ? "" : pair[0])
            {
                case "bytes": bytes = argument; break;
                case "offset": offset = argument; break;
                case "oper": operation = argument; break;
                case "rvalue": right = argument; break;
                case "result": result = argument; break;
                default: rest.Add(word); break;
            }
        }
        if (operation is not ("+" or "-" or "*" or "/" or "<<" or ">>" or "%")) throw new RefusedException(rule.Keyword, $"{operation} is no operation");
        if (result.Length == 0) throw new RefusedException(rule.Keyword, "result is missing");
        ByteNumber number = Number(rule, bytes, offset, rest.ToArray(), null);
        rule.Add(new ByteMathCheck(number, operation, rule.Amount(right), rule.Variables.Add(rule.Keyword, result)) { DependsOnBefore = number.IsRelative });
    }

    private static string[] Needed(RuleBuilder rule, string? value, int count)
    {
        string[] words = ContentKeywords.Words(value);
        return words.Length >= count ? words : throw new RefusedException(rule.Keyword, $"{words.Length} values where {count} are needed");
    }

    private static ByteNumber Number(RuleBuilder rule, string count, string offset, ReadOnlySpan<string> words, Func<string, string, bool>? other)
    {
        ByteNumber number = new() { Count = rule.Amount(count), Offset = rule.Amount(offset) };
        foreach (string word in words)
        {
            string[] pair = word.Split([' ', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string name = pair.Length == 0 ? "" : pair[0], argument = pair.Length == 2 ? pair[1] : "";
            number = name switch
            {
                "" or "big" or "string" => name == "string" && number.TextBase == 0 ? number with { TextBase = 10 } : number,
                "relative" => number with { IsRelative = true },
                "little" => number with { IsLittleEndian = true },
                "endian" => number with { IsLittleEndian = argument == "little" },
                "dec" => number with { TextBase = 10 },
                "hex" => number with { TextBase = 16 },
                "oct" => number with { TextBase = 8 },
                "bitmask" => number with { Mask = (ulong)rule.Amount(argument).Constant },
                "dce" => number with { IsLittleEndian = true },
                _ when other?.Invoke(name, argument) == true => number,
                _ => throw new RefusedException(rule.Keyword, $"{word} is not known"),
            };
        }
        if (number.Count is { Variable: < 0, Constant: < 0 or > 23 }) throw new RefusedException(rule.Keyword, "too many bytes for a number");
        return number;
    }
}
