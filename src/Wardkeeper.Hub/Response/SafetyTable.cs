using System.Collections.Frozen;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Response;

/// <summary>What a situation allows.</summary>
/// <param name="Alone">Highest step by one person, or by itself where a segment enforces.</param>
/// <param name="WithTwo">Highest step with two people.</param>
/// <param name="English">Why.</param>
/// <param name="Chinese">Why, in Chinese.</param>
/// <param name="Key">The situation, as the table's first four cells write it, joined by <c>+</c>.</param>
public sealed record SafetyRule(LadderStep Alone, LadderStep WithTwo, string English, string Chinese, string Key)
{
    /// <summary>Why, in a language.</summary>
    public string Reason(bool chinese) => chinese ? Chinese : English;
}

/// <summary>The table of the clinical safety check: every combination of consequence, use, standby and reversibility, each with a reason; <c>safety-table.tsv</c>.</summary>
public static class SafetyTable
{
    private static readonly FrozenDictionary<(FailureConsequence, bool InUse, bool Standby, bool AtOnce), SafetyRule> Rules = Load();
    private static readonly FrozenDictionary<string, SafetyRule> ByKey = Rules.Values.ToFrozenDictionary(rule => rule.Key, StringComparer.Ordinal);

    /// <summary>The rule of a situation.</summary>
    public static SafetyRule Of(CareSituation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return Rules[(situation.Consequence, situation.IsInUse, situation.HasStandby, situation.ComesBackAtOnce)];
    }

    /// <summary>The rule of a row's key; null when the table has no such row.</summary>
    public static SafetyRule? Of(string key) => ByKey.GetValueOrDefault(key);

    private static FrozenDictionary<(FailureConsequence, bool, bool, bool), SafetyRule> Load()
    {
        Dictionary<(FailureConsequence, bool, bool, bool), SafetyRule> rules = [];
        foreach (string[] cells in Detection.HubTable.Rows("safety-table.tsv"))
        {
            if (!KebabWord.TryParse(cells[0], out FailureConsequence consequence) || !KebabWord.TryParse(cells[4], out LadderStep alone) || !KebabWord.TryParse(cells[5], out LadderStep two))
                throw new InvalidDataException($"safety-table.tsv has no such word: {string.Join(' ', cells[..6])}");
            rules.Add((consequence, Choice(cells[1], "in-use", "idle"), Choice(cells[2], "standby", "no-standby"), Choice(cells[3], "at-once", "slowly")), new SafetyRule(alone, two, cells[6], cells[7], string.Join('+', cells[..4])));
        }
        return rules.ToFrozenDictionary();
    }

    private static bool Choice(string cell, string yes, string no) => cell == yes || (cell == no ? false : throw new InvalidDataException($"safety-table.tsv has no such word: {cell}"));
}
