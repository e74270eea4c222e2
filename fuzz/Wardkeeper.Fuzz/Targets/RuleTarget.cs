using System.Text;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>The reader of rules. The input is a file of rules as it is: each line gives a rule or a refusal that names its line, and the same text gives the same.</summary>
internal sealed class RuleTarget : IFuzzTarget
{
    public string Name => "rules";

    public bool IsFramed => false;

    public int Weight => 8;

    public IEnumerable<byte[][]> Seeds()
    {
        foreach (string rule in (IEnumerable<string>)[.. RuleSeeds.All, .. RuleSeeds.EveryWord]) yield return [Encoding.UTF8.GetBytes(rule)];
    }

    public void Run(byte[][] records, bool isThorough)
    {
        string text = Encoding.UTF8.GetString(records[0]);
        RuleSet set = Read(text);
        int lines = text.AsSpan().Count('\n') + text.AsSpan().Count('\r') + 1;
        BrokenPromiseException.Unless(set.Count + set.Refusals.Count <= lines, "more-rules-than-lines", $"{set.Count} and {set.Refusals.Count}");
        foreach (RuleRefusal refusal in set.Refusals) BrokenPromiseException.Unless(refusal.Line >= 1 && refusal.Line <= lines && refusal.Keyword.Length > 0 && refusal.Reason.Length > 0, "refusal-without-place", $"{refusal}");
        if (!isThorough) return;
        RuleSet again = Read(text);
        BrokenPromiseException.Unless(again.Count == set.Count && again.Refusals.SequenceEqual(set.Refusals), "depends-on-more-than-the-text");
        IReadOnlyList<RuleFacts> facts = set.Facts();
        BrokenPromiseException.Unless(facts.Count == set.Count && !set.Costs().Any() && facts.All(static one => one is { Asked: 0, Matched: 0, Bytes: 0 }), "facts-of-other-rules");
        foreach (RuleFacts one in facts)
            BrokenPromiseException.Unless(Read(string.Join('\n', set.TextsOf(one.Sid))).Facts().Any(same => same.Sid == one.Sid && same.Message == one.Message), "text-gives-another-rule", $"{one}");
    }

    private static RuleSet Read(string text)
    {
        RuleReader reader = new(new RuleVariables());
        reader.ReadText(text, "fuzzed");
        return reader.Finish();
    }
}
