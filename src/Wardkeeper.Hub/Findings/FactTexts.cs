using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Wardkeeper.Hub.Detection;

namespace Wardkeeper.Hub.Findings;

/// <summary>
/// Values of facts in the reader's language, from <c>fact-values.tsv</c>. What was expected is always our own wording; what was observed only in the facts named here: elsewhere it is what
/// stood on the wire, and a machine that is called "server" stays one.
/// </summary>
public static partial class FactTexts
{
    private static readonly FrozenSet<string> InOurWords = new[]
    {
        "agrees", "announced", "answer", "at-once", "frame-protected", "hands-out", "is-gateway", "issuer", "judged-by", "known-by", "lease", "let-in", "maintenance-window", "offers-weak-only", "on-the-wire",
        "password-rule", "refused", "same-patient", "scan-way", "serves-the-domain", "side", "source-proof", "sources", "title-let-in", "traits-different", "users-tried", "way",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Phrases = HubTable.Rows("fact-values.tsv").ToFrozenDictionary(cells => cells[0], cells => cells[1], StringComparer.Ordinal);

    private static readonly (Regex English, string Chinese)[] Patterns =
        [.. Phrases.Where(one => one.Key.Contains('{', StringComparison.Ordinal)).Select(one => (Pattern(one.Key), one.Value))];

    /// <summary>Whether a wording, with <c>{0}</c> for what varies in it, has a translation.</summary>
    public static bool Has(string wording) => Phrases.ContainsKey(wording);

    /// <summary>What was expected.</summary>
    public static string? Expected(Fact fact, bool chinese)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return chinese && fact.Expected is { } value ? InChinese(value) : fact.Expected;
    }

    /// <summary>What was observed.</summary>
    public static string Observed(Fact fact, bool chinese)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return chinese && InOurWords.Contains(fact.Name) ? InChinese(fact.Observed) : fact.Observed;
    }

    private static string InChinese(string value)
    {
        if (Phrases.TryGetValue(value, out string? said)) return said;
        foreach ((Regex english, string chinese) in Patterns)
        {
            if (english.Match(value) is { Success: true } match) return string.Format(System.Globalization.CultureInfo.InvariantCulture, chinese, match.Groups[1].Value, match.Groups[2].Value);
        }
        return value;
    }

    // A place at the beginning is a number, so that no name which happens to go on like a wording is taken for one.
    private static Regex Pattern(string wording)
    {
        string[] parts = Place().Split(wording);
        return new("^" + Regex.Escape(parts[0]) + string.Concat(parts.Skip(1).Select((part, i) => (i == 0 && parts[0].Length == 0 ? @"(\d+)" : "(.+)") + Regex.Escape(part))) + "$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();
}
