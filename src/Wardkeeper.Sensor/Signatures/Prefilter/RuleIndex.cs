using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures.Prefilter;

/// <summary>Which rules are worth asking: those whose rarest content occurs, and the few that have none. One for each kind of buffer and carrier. Immutable once built.</summary>
internal sealed class RuleIndex
{
    /// <summary>What is found by patterns.</summary>
    public PatternIndex Patterns { get; } = new();

    /// <summary>Rules that no pattern stands for.</summary>
    public List<int> Always { get; } = [];

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty => Patterns.Count == 0 && Always.Count == 0;

    /// <summary>Adds a rule by its best content in a section, or to those that are always asked.</summary>
    public void Add(Rule rule, ContentCheck? best)
    {
        if (best is null) Always.Add(rule.Index);
        else Patterns.Add(best.Pattern, rule.Index);
    }

    /// <summary>The content of a section that is looked for first: the one its writer chose, else the longest. None where the bytes are changed first, or may be absent.</summary>
    public static ContentCheck? Best(Section section)
    {
        if (section.Transforms.Count > 0 || section.AbsentHolds || section.MustBeAbsent || section.Client == BufferName.AppEvent) return null;
        ContentCheck? best = null;
        foreach (BufferCheck check in section.Made)
        {
            if (check is not ContentCheck { Negated: false } content) continue;
            if (content.IsFast) return content;
            if (best is null || content.Pattern.Length > best.Pattern.Length) best = content;
        }
        return best;
    }
}
