using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings.Queries;

/// <summary>How findings of a type, or of one rule, turned out in a span of time: what people decided of them.</summary>
/// <param name="Type">Type of finding.</param>
/// <param name="Rule">Number of the rule, of findings that rules make; null otherwise.</param>
/// <param name="First">First seen of them.</param>
/// <param name="Last">Last seen of them.</param>
public sealed record TypeQuality(string Type, string? Rule, CaptureTime First, CaptureTime Last)
{
    private const int FewestJudged = 3;
    private const double ManyADay = 3;

    /// <summary>What the rule says of itself; null where there is none.</summary>
    public string? RuleSays { get; init; }

    /// <summary>Findings, suppressed ones too.</summary>
    public long Findings { get; init; }

    /// <summary>Findings that a suppression hides.</summary>
    public long Suppressed { get; init; }

    /// <summary>Judged as true.</summary>
    public long True { get; init; }

    /// <summary>Judged as false.</summary>
    public long FalsePositive { get; init; }

    /// <summary>Judged as normal business.</summary>
    public long Benign { get; init; }

    /// <summary>Number of the latest of them that nothing suppresses, to suppress from there; null when all are.</summary>
    public long? Newest { get; init; }

    /// <summary>Days that are counted over, at least one.</summary>
    public double Days { get; init; } = 1;

    /// <summary>Judged in all.</summary>
    public long Judged => True + FalsePositive + Benign;

    /// <summary>Not judged yet.</summary>
    public long Undecided => Findings - Judged;

    /// <summary>New ones in a day.</summary>
    public double PerDay => Findings / Days;

    /// <summary>Share of the judged that were true, 0 to 1; null when none was judged.</summary>
    public double? Right => Judged == 0 ? null : (double)True / Judged;

    /// <summary>Whether it costs more attention than it is worth: at least three were judged and half or more were no attack, or three a day and more come and none was called true.</summary>
    public bool IsNoisy => (Judged >= FewestJudged && Right <= 0.5) || (PerDay >= ManyADay && True == 0 && Findings > Suppressed);
}
