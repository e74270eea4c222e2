using System.Collections.Frozen;

namespace Wardkeeper.Hub.Response;

/// <summary>What a situation allows.</summary>
/// <param name="Alone">Highest step by one person, or by itself where a segment enforces.</param>
/// <param name="WithTwo">Highest step with two people.</param>
/// <param name="English">Why.</param>
/// <param name="Chinese">Why, in Chinese.</param>
public sealed record SafetyRule(LadderStep Alone, LadderStep WithTwo, string English, string Chinese)
{
    /// <summary>Why, in a language.</summary>
    public string Reason(bool chinese) => chinese ? Chinese : English;
}

/// <summary>The table of the clinical safety check: every combination of consequence, use, standby and reversibility, each with a reason; <c>safety-table.tsv</c>.</summary>
public static class SafetyTable
{
    private static readonly FrozenDictionary<(FailureConsequence, bool InUse, bool Standby, bool AtOnce), SafetyRule> Rules = Load();

    /// <summary>The rule of a situation.</summary>
    public static SafetyRule Of(CareSituation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return Rules[(situation.Consequence, situation.IsInUse, situation.HasStandby, situation.ComesBackAtOnce)];
    }

    /// <summary>A word of the interfaces: kebab case.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>The value of a word; false when there is none.</summary>
    public static bool TryParse<T>(string? word, out T value)
        where T : struct, Enum
    {
        foreach (T one in Enum.GetValues<T>())
        {
            value = one;
            if (Word(one) == word) return true;
        }
        value = default;
        return false;
    }

    private static FrozenDictionary<(FailureConsequence, bool, bool, bool), SafetyRule> Load()
    {
        Dictionary<(FailureConsequence, bool, bool, bool), SafetyRule> rules = [];
        foreach (string[] cells in Detection.HubTable.Rows("safety-table.tsv"))
        {
            if (!TryParse(cells[0], out FailureConsequence consequence) || !TryParse(cells[4], out LadderStep alone) || !TryParse(cells[5], out LadderStep two))
                throw new InvalidDataException($"safety-table.tsv has no such word: {string.Join(' ', cells[..6])}");
            rules.Add((consequence, Choice(cells[1], "in-use", "idle"), Choice(cells[2], "standby", "no-standby"), Choice(cells[3], "at-once", "slowly")), new SafetyRule(alone, two, cells[6], cells[7]));
        }
        return rules.ToFrozenDictionary();
    }

    private static bool Choice(string cell, string yes, string no) => cell == yes || (cell == no ? false : throw new InvalidDataException($"safety-table.tsv has no such word: {cell}"));
}
