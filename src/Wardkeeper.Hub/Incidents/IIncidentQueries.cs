using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Incidents;

/// <summary>Answers questions about incidents from what is stored.</summary>
public interface IIncidentQueries
{
    /// <summary>A page of incidents.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: number, severity, first, last, findings, state, assignee. Ties by number, latest first.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<IncidentLine>> FindAsync(IncidentFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>How many incidents match.</summary>
    Task<long> CountAsync(IncidentFilter filter, CancellationToken cancel = default);

    /// <summary>Everything of one incident; null when there is none, or when it may not be seen.</summary>
    Task<IncidentDetail?> GetAsync(long number, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>The incident that a finding belongs to; null when it stands alone.</summary>
    Task<long?> OfFindingAsync(long finding, CancellationToken cancel = default);

    /// <summary>Open findings that tell of something somebody does and belong to no incident.</summary>
    Task<long> AloneAsync(IReadOnlySet<string>? visible = null, CancellationToken cancel = default);
}

/// <summary>Which incidents are asked for; every member that is set must hold. Lists mean "one of these"; an empty list asks nothing.</summary>
public sealed record IncidentFilter
{
    /// <summary>Text looked for in number, addresses and devices.</summary>
    public string? Text { get; init; }

    /// <summary>Severities.</summary>
    public IReadOnlyList<Severity> Severities { get; init; } = [];

    /// <summary>States.</summary>
    public IReadOnlyList<IncidentState> States { get; init; } = [];

    /// <summary>Whether it is not closed.</summary>
    public bool? IsOpen { get; init; }

    /// <summary>Departments of devices in it; an empty text is devices without one.</summary>
    public IReadOnlyList<string> Departments { get; init; } = [];

    /// <summary>Who handles it; an empty text is nobody.</summary>
    public IReadOnlyList<string> Assignees { get; init; } = [];

    /// <summary>Departments that may be seen at all; null when not limited.</summary>
    public IReadOnlySet<string>? Visible { get; init; }
}

/// <summary>An incident as lists show it.</summary>
public record IncidentLine
{
    /// <summary>Its number; shown as <c>I-12</c>.</summary>
    public required long Number { get; init; }

    /// <summary>Severity of the worst finding in it.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Title of the worst finding in it.</summary>
    public required PhraseKey Title { get; init; }

    /// <summary>Type of that finding.</summary>
    public required string LeadType { get; init; }

    /// <summary>Findings in it, those that were not kept one by one too.</summary>
    public required long Findings { get; init; }

    /// <summary>Who acted: addresses and devices.</summary>
    public required IReadOnlyList<string> Actors { get; init; }

    /// <summary>Who was acted upon.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>First sign.</summary>
    public required CaptureTime First { get; init; }

    /// <summary>Last sign.</summary>
    public required CaptureTime Last { get; init; }

    /// <summary>Where it stands.</summary>
    public required IncidentState State { get; init; }

    /// <summary>Who handles it.</summary>
    public string? Assignee { get; init; }

    /// <summary>Revision; changes with every decision of a person. The API's ETag.</summary>
    public required long Revision { get; init; }
}

/// <summary>Everything of one incident.</summary>
public sealed record IncidentDetail : IncidentLine
{
    /// <summary>What happened, in capture time; only findings that may be seen.</summary>
    public required IReadOnlyList<IncidentStep> Steps { get; init; }

    /// <summary>Findings that belong to it beyond those in <see cref="Steps"/>.</summary>
    public required long More { get; init; }

    /// <summary>Devices in it, those of findings that a person called harmless left out.</summary>
    public required IReadOnlyList<IncidentDevice> Devices { get; init; }

    /// <summary>Comments and decisions, oldest first.</summary>
    public required IReadOnlyList<FindingNote> Notes { get; init; }

    /// <summary>Merges and splits that touched it, latest first.</summary>
    public required IReadOnlyList<IncidentOperation> Operations { get; init; }

    /// <summary>Standing weaknesses of the devices in it: what made it possible.</summary>
    public required IReadOnlyList<FindingLine> Exposures { get; init; }

    /// <summary>The incident that took its findings; null when it stands for itself.</summary>
    public long? MergedInto { get; init; }

    /// <summary>What was learned, when it is closed.</summary>
    public string? Lesson { get; init; }

    /// <summary>ATT&amp;CK techniques seen in it, in order of first sight.</summary>
    public IReadOnlyList<string> Techniques => [.. Steps.Select(step => step.Finding.Technique).OfType<string>().Distinct()];
}

/// <summary>A step of an incident's storyline.</summary>
/// <param name="Finding">What happened.</param>
/// <param name="Why">Why it belongs here.</param>
/// <param name="Through">The address or device by which it does.</param>
/// <param name="Uids">Flows that are its evidence.</param>
public sealed record IncidentStep(FindingLine Finding, JoinReason Why, string Through, IReadOnlyList<string> Uids);

/// <summary>A device in an incident.</summary>
/// <param name="Device">Its number.</param>
/// <param name="Name">Name, or null.</param>
/// <param name="Type">Type, API value, or null.</param>
/// <param name="Department">Responsible department, or null.</param>
/// <param name="Acted">Whether something came from it.</param>
/// <param name="WasTarget">Whether something was done to it.</param>
public sealed record IncidentDevice(long Device, string? Name, string? Type, string? Department, bool Acted, bool WasTarget);

/// <summary>Findings that a person moved from one incident to another.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Kind"><c>merge</c> or <c>split</c>.</param>
/// <param name="From">The incident that had them.</param>
/// <param name="To">The incident that got them.</param>
/// <param name="Findings">How many.</param>
/// <param name="At">By the clock on the wall.</param>
/// <param name="Who">Who did it.</param>
/// <param name="IsUndone">Whether it was undone.</param>
public sealed record IncidentOperation(long Number, string Kind, long From, long To, int Findings, CaptureTime At, string Who, bool IsUndone);
