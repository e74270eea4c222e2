using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings.Queries;

/// <summary>A finding as lists show it.</summary>
public record FindingLine
{
    /// <summary>Its number; shown as <c>F-12</c>.</summary>
    public required long Number { get; init; }

    /// <summary>Type, API value.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it is a weakness that stands open, rather than something that happened.</summary>
    public bool IsExposure { get; init; }

    /// <summary>How bad.</summary>
    public required Severity Severity { get; init; }

    /// <summary>How sure, 0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Its title.</summary>
    public required PhraseKey Title { get; init; }

    /// <summary>Whom it is about.</summary>
    public required PartyLine Subject { get; init; }

    /// <summary>With whom; null when nobody.</summary>
    public PartyLine? Peer { get; init; }

    /// <summary>First seen.</summary>
    public required CaptureTime First { get; init; }

    /// <summary>Last seen.</summary>
    public required CaptureTime Last { get; init; }

    /// <summary>How often.</summary>
    public required long Count { get; init; }

    /// <summary>Where it stands.</summary>
    public required FindingState State { get; init; }

    /// <summary>What a person decided it to be.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Who handles it.</summary>
    public string? Assignee { get; init; }

    /// <summary>ATT&amp;CK technique.</summary>
    public string? Technique { get; init; }

    /// <summary>Who has to act.</summary>
    public required Duty Duty { get; init; }

    /// <summary>Whether a suppression hides it now.</summary>
    public bool IsSuppressed { get; init; }

    /// <summary>How often it came back after it had been closed.</summary>
    public int Reopened { get; init; }

    /// <summary>Revision; changes with every decision of a person, not with counts. The API's ETag.</summary>
    public required long Revision { get; init; }
}

/// <summary>One end of a finding in lists.</summary>
/// <param name="Device">Number of the device, null when the ledger knows none.</param>
/// <param name="Name">Name of the device.</param>
/// <param name="DeviceType">Type of the device, API value.</param>
/// <param name="Department">Responsible department.</param>
/// <param name="Person">Responsible person.</param>
/// <param name="Ip">IP address, or none.</param>
/// <param name="Mac">Hardware address, or none.</param>
/// <param name="Port">Port, 0 when none is meant.</param>
public sealed record PartyLine(long? Device, string? Name, string? DeviceType, string? Department, string? Person, Address Ip, MacAddress Mac, int Port);

/// <summary>Everything of one finding.</summary>
public sealed record FindingDetail : FindingLine
{
    /// <summary>Why.</summary>
    public required PhraseKey Explanation { get; init; }

    /// <summary>What it rests on.</summary>
    public required IReadOnlyList<Fact> Facts { get; init; }

    /// <summary>Where it was seen.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>Comments and decisions, oldest first.</summary>
    public required IReadOnlyList<FindingNote> Notes { get; init; }

    /// <summary>The suppression that hides it now, or null.</summary>
    public Suppression? Suppression { get; init; }

    /// <summary>Why the verdict is what it is.</summary>
    public string? VerdictReason { get; init; }

    /// <summary>Tasks made of it, latest first, by number.</summary>
    public IReadOnlyList<long> Tasks { get; init; } = [];

    /// <summary>How findings of this type were judged so far.</summary>
    public required JudgedCounts Judged { get; init; }
}

/// <summary>A comment or a decision.</summary>
/// <param name="At">By the clock on the wall.</param>
/// <param name="Who">Person or token; null for Wardkeeper itself (reopened).</param>
/// <param name="Action">comment, judged, assigned, moved, closed, reopened, suppressed, unsuppressed.</param>
/// <param name="Value">New value: verdict, assignee, state; null for a comment.</param>
/// <param name="Text">Comment or reason.</param>
public sealed record FindingNote(CaptureTime At, string? Who, string Action, string? Value, string? Text);

/// <summary>How often a type was judged what.</summary>
/// <param name="True">True.</param>
/// <param name="FalsePositive">False positive.</param>
/// <param name="Benign">Benign.</param>
public sealed record JudgedCounts(long True, long FalsePositive, long Benign);

/// <summary>Findings of one type about one device.</summary>
/// <param name="Type">Type.</param>
/// <param name="Subject">The device, or the address where the ledger knows none.</param>
/// <param name="Worst">Severity of the worst.</param>
/// <param name="Findings">How many.</param>
/// <param name="Count">How often they were seen in all.</param>
/// <param name="First">First seen.</param>
/// <param name="Last">Last seen.</param>
/// <param name="Newest">Number of the latest raised, to open when there is only one.</param>
public sealed record FindingGroup(string Type, PartyLine Subject, Severity Worst, long Findings, long Count, CaptureTime First, CaptureTime Last, long Newest);

/// <summary>Something reachable or open that should not be.</summary>
/// <param name="Finding">The finding that says so.</param>
/// <param name="ReachedFrom">Networks it was seen reached from, in CIDR notation or as <c>outside</c>; empty when nobody used it.</param>
/// <param name="Task">Latest task made of it, by number; null when none.</param>
/// <param name="TaskState">State of that task, API value.</param>
public sealed record ExposureLine(FindingLine Finding, IReadOnlyList<string> ReachedFrom, long? Task, string? TaskState);
