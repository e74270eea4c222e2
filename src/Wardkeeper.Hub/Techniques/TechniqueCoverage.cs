using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Hub.Techniques;

/// <summary>A technique, who would see it, and how often it was seen.</summary>
/// <param name="Technique">The technique.</param>
/// <param name="Detectors">Detectors that raise findings of it.</param>
/// <param name="Findings">Findings that show it.</param>
public sealed record TechniqueCoverage(AttackTechnique Technique, IReadOnlyList<DetectorState> Detectors, long Findings)
{
    /// <summary>Whether one of its detectors could fire now.</summary>
    public bool CanFire => Detectors.Any(detector => detector.CanFire);

    /// <summary>Every technique with its coverage, by number.</summary>
    /// <param name="detectors">All detectors as they stand.</param>
    /// <param name="seen">Findings by technique.</param>
    public static IReadOnlyList<TechniqueCoverage> Of(IReadOnlyList<DetectorState> detectors, IReadOnlyList<ValueCount> seen)
    {
        ILookup<string, DetectorState> covering = detectors
            .SelectMany(detector => detector.Types.Select(type => DetectorRegistry.Types.GetValueOrDefault(type)).OfType<FindingType>().Select(type => type.Technique).OfType<string>().Distinct().Select(technique => (technique, detector)))
            .ToLookup(pair => pair.technique, pair => pair.detector, StringComparer.Ordinal);
        Dictionary<string, long> counts = seen.Where(count => count.Value is not null).ToDictionary(count => count.Value!, count => count.Count, StringComparer.Ordinal);
        return [.. AttackTechniques.All.Select(technique => new TechniqueCoverage(technique, [.. covering[technique.Id]], counts.GetValueOrDefault(technique.Id)))];
    }
}
