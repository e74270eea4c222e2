using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Audit;

/// <summary>Which entries are asked for; every member that is set must hold.</summary>
/// <param name="Who">Exactly this person, token or command.</param>
/// <param name="Action">Exactly this action.</param>
/// <param name="Subject">Subjects that begin with this.</param>
/// <param name="Since">At or after this.</param>
/// <param name="Until">Before this.</param>
public sealed record AuditFilter(string? Who = null, string? Action = null, string? Subject = null, CaptureTime? Since = null, CaptureTime? Until = null);

/// <summary>Reads and checks the audit log.</summary>
public interface IAuditQueries
{
    /// <summary>A page of entries, the latest first.</summary>
    Task<Page<AuditEntry>> FindAsync(AuditFilter filter, PageRequest page, CancellationToken cancel = default);

    /// <summary>Every matching entry in order, read as it is needed.</summary>
    IAsyncEnumerable<AuditEntry> ReadAsync(AuditFilter filter, CancellationToken cancel = default);

    /// <summary>Checks the whole log against its chain and its anchors.</summary>
    Task<ChainReport> VerifyAsync(CancellationToken cancel = default);
}
