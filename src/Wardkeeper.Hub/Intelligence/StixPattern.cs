namespace Wardkeeper.Hub.Intelligence;

/// <summary>
/// Reads the patterns of STIX that a single sighting can answer (OASIS STIX 2.1, section 9): comparisons with <c>=</c>, <c>IN</c> or <c>ISSUBSET</c>, joined by OR, in one or several
/// brackets. What needs several things at once (AND, FOLLOWEDBY), a count, or something other than equality is passed by.
/// </summary>
internal static class StixPattern
{
    /// <summary>The values of a pattern with their kinds, a kind being null where packets do not show it; null when the pattern needs more than one sighting.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="problem">What is wrong with it; null when it can be read.</param>
    public static IReadOnlyList<(IndicatorKind? Kind, string Value)>? Read(string pattern, out string? problem)
    {
        List<string>? words = Words(pattern, out problem);
        if (words is null) return null;
        List<(IndicatorKind?, string)> values = [];
        for (int at = 0; at < words.Count; at++)
        {
            switch (words[at])
            {
                case "[" or "]" or "(" or ")" or "OR":
                    continue;
                case "AND" or "NOT" or "FOLLOWEDBY" or "REPEATS" or "WITHIN" or "START" or "STOP":
                    return null;
                default:
                    break;
            }
            if (at + 2 >= words.Count)
            {
                problem = $"the pattern breaks off behind \"{words[at]}\"";
                return null;
            }
            IndicatorKind? kind = KindOf(words[at]);
            string operation = words[at + 1];
            if (operation is not ("=" or "==" or "IN" or "ISSUBSET")) return null;
            at += 2;
            if (operation == "IN")
            {
                for (; at < words.Count && words[at] != ")"; at++)
                {
                    if (words[at][0] == '\'') values.Add((kind, words[at][1..]));
                }
            }
            else if (words[at][0] == '\'') values.Add((kind, words[at][1..]));
            else return null;
        }
        if (values.Count == 0) problem = "the pattern compares nothing";
        return values.Count == 0 ? null : values;
    }

    /// <summary>Words, brackets and quoted texts; a quoted text begins with its quote and has lost the other.</summary>
    private static List<string>? Words(string pattern, out string? problem)
    {
        List<string> words = [];
        problem = null;
        for (int at = 0; at < pattern.Length;)
        {
            char c = pattern[at];
            if (char.IsWhiteSpace(c) || c == ',')
            {
                at++;
            }
            else if (c == '\'')
            {
                if (Quoted(pattern, ref at) is not { } text)
                {
                    problem = $"the pattern's quote at {at + 1} is not closed";
                    return null;
                }
                words.Add("'" + text);
            }
            else if (c is '[' or ']' or '(' or ')')
            {
                words.Add(c.ToString());
                at++;
            }
            else words.Add(Bare(pattern, ref at));
        }
        return words;
    }

    private static string? Quoted(string pattern, ref int at)
    {
        System.Text.StringBuilder text = new();
        for (int i = at + 1; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length) text.Append(pattern[++i]);
            else if (pattern[i] == '\'')
            {
                at = i + 1;
                return text.ToString();
            }
            else text.Append(pattern[i]);
        }
        return null;
    }

    /// <summary>A word or a path, in which parts may be quoted: <c>file:hashes.'SHA-256'</c>.</summary>
    private static string Bare(string pattern, ref int at)
    {
        int start = at;
        bool isPath = false, isQuoted = false;
        if (pattern[at] is '=' or '!' or '<' or '>')
        {
            while (at < pattern.Length && pattern[at] is '=' or '!' or '<' or '>') at++;
            return pattern[start..at];
        }
        for (; at < pattern.Length; at++)
        {
            char c = pattern[at];
            isPath |= c == ':';
            if (c == '\'' && isPath) isQuoted = !isQuoted;
            else if (!isQuoted && (char.IsWhiteSpace(c) || c is ']' or '(' or ')' or '=' or '!' or '<' or '>' or '\'' or ',' || (c == '[' && !isPath))) break;
        }
        // Something has to be taken, or nothing would ever be.
        if (at == start) at++;
        return pattern[start..at];
    }

    private static IndicatorKind? KindOf(string path) => path.Replace("'", "", StringComparison.Ordinal).ToLowerInvariant() switch
    {
        "ipv4-addr:value" or "ipv6-addr:value" or "network-traffic:dst_ref.value" or "network-traffic:src_ref.value" => IndicatorKind.Address,
        "domain-name:value" or "hostname:value" => IndicatorKind.Domain,
        "url:value" => IndicatorKind.Url,
        "file:hashes.sha-256" or "file:hashes.sha256" or "artifact:hashes.sha-256" => IndicatorKind.FileHash,
        "file:hashes.md5" or "artifact:hashes.md5" => IndicatorKind.FileMd5,
        "file:hashes.sha-1" or "file:hashes.sha1" or "artifact:hashes.sha-1" => IndicatorKind.FileSha1,
        "x509-certificate:hashes.sha-256" or "x509-certificate:hashes.sha256" => IndicatorKind.Certificate,
        var other when other.EndsWith("ja3", StringComparison.Ordinal) || other.EndsWith("ja3_hash", StringComparison.Ordinal) => IndicatorKind.Ja3,
        var other when other.EndsWith("ja4", StringComparison.Ordinal) => IndicatorKind.Ja4,
        _ => null,
    };
}
