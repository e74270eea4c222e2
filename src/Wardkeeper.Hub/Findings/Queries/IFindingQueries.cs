using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings.Queries;

/// <summary>Answers questions about findings from what is stored.</summary>
public interface IFindingQueries
{
    /// <summary>A page of findings.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: number, severity, type, device, department, first, last, count, confidence, state, assignee. Ties by number, latest first.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<FindingLine>> FindAsync(FindingFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>A page of findings grouped by type and device.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: severity, type, findings, count, first, last.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<FindingGroup>> GroupsAsync(FindingFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>How many findings match.</summary>
    Task<long> CountAsync(FindingFilter filter, CancellationToken cancel = default);

    /// <summary>Findings by value of one column (severity, type, state, verdict, department, technique, assignee), most first. A null value is the findings without one.</summary>
    Task<IReadOnlyList<ValueCount>> CountByAsync(string column, FindingFilter filter, CancellationToken cancel = default);

    /// <summary>How findings turned out, by type and, where rules make them, by rule; the noisy ones first, then the most.</summary>
    /// <param name="since">Only those seen at or after this; null for all.</param>
    /// <param name="visible">Departments that may be seen at all; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<TypeQuality>> QualityAsync(CaptureTime? since = null, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>The latest moment at which any finding was seen; null when there is none.</summary>
    Task<CaptureTime?> LatestAsync(CancellationToken cancel = default);

    /// <summary>Open findings of devices, and the worst severity among them; devices without any are left out. Suppressed ones do not count.</summary>
    Task<IReadOnlyDictionary<long, OpenFindings>> OpenOfAsync(IReadOnlyCollection<long> devices, CancellationToken cancel = default);

    /// <summary>Everything of one finding; null when there is none, or when it may not be seen.</summary>
    Task<FindingDetail?> GetAsync(long number, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>A page of exposures: open findings of types that are exposures.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: severity, type, device, department, first, last.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<ExposureLine>> ExposuresAsync(ExposureFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>Exposures by kind, most first.</summary>
    Task<IReadOnlyList<ValueCount>> ExposureKindsAsync(ExposureFilter filter, CancellationToken cancel = default);

    /// <summary>Suppressions, those that hold first; with how many findings each hides.</summary>
    Task<IReadOnlyList<(Suppression Suppression, long Hidden)>> SuppressionsAsync(bool alsoEnded = false, CancellationToken cancel = default);
}

/// <summary>Open findings of one device.</summary>
/// <param name="Count">How many.</param>
/// <param name="Worst">Severity of the worst.</param>
public readonly record struct OpenFindings(int Count, Severity Worst);
