using System.Text;
using Wardkeeper.Sensor.Signatures.Matching;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// The checks of rules. The input is a rule up to its first line break and the bytes it looks into behind it: no rule and no bytes make the walk long, and
/// the pattern that is looked for first occurs wherever the rule matches.
/// </summary>
internal sealed class SignatureTarget : IFuzzTarget
{
    private const int MostBytes = 4096;

    public string Name => "signatures";

    public bool IsFramed => false;

    public int Weight => 8;

    public IEnumerable<byte[][]> Seeds()
    {
        foreach (string rule in (IEnumerable<string>)[.. RuleSeeds.All, .. RuleSeeds.EveryWord]) yield return [Encoding.UTF8.GetBytes(rule + "\nABc;GET /a%20b?x=dGVzdA== HTTP/1.1\r\n\0\u0001\u0002")];
    }

    public void Run(byte[][] records, bool isThorough)
    {
        ReadOnlySpan<byte> input = records[0];
        int end = input.IndexOf((byte)'\n');
        if (end < 0) return;
        RuleReader reader = new(new RuleVariables());
        reader.ReadText(Encoding.UTF8.GetString(input[..end]), "fuzzed");
        ReadOnlySpan<byte> bytes = input[(end + 1)..];
        bytes = bytes[..Math.Min(bytes.Length, MostBytes)];
        InspectionScratch scratch = new();
        foreach (Rule rule in reader.Finish().Rules)
        {
            foreach (Section section in rule.Sections) Look(section, bytes, scratch);
        }
    }

    private static void Look(Section section, ReadOnlySpan<byte> bytes, InspectionScratch scratch)
    {
        foreach (Transform transform in section.Transforms) bytes = transform(bytes);
        Inspection inspection = new(bytes, section.Made, scratch);
        bool holds = inspection.Run();
        ContentCheck? best = Sensor.Signatures.Prefilter.RuleIndex.Best(section);
        if (!holds || best is null) return;
        Sensor.Signatures.Prefilter.PatternIndex index = new();
        index.Add(best.Pattern, 7);
        List<int> found = [];
        index.Find(bytes, found);
        BrokenPromiseException.Unless(found.Contains(7), "matches-without-its-pattern");
    }
}
