using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Audit;

/// <summary>Append-only log of who changed what. Entries are chained by hash; an entry is stored in the same transaction as the change it tells of.</summary>
public interface IAuditLog
{
    /// <summary>Appends an entry.</summary>
    /// <param name="who">Who acted.</param>
    /// <param name="action">What was done, in kebab case: <c>device-edited</c>, <c>user-created</c> …</param>
    /// <param name="subject">What it was done to, for example <c>D-1042</c>.</param>
    /// <param name="before">State before, or null.</param>
    /// <param name="after">State after, or null.</param>
    /// <param name="reason">Reason given, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task AppendAsync(Actor who, string action, string subject, string? before = null, string? after = null, string? reason = null, CancellationToken cancel = default);

    /// <summary>Appends several entries in order, as one step.</summary>
    /// <param name="who">Who acted.</param>
    /// <param name="notes">What was done.</param>
    /// <param name="cancel">Stops waiting.</param>
    async Task AppendAsync(Actor who, IReadOnlyList<AuditNote> notes, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(notes);
        foreach (AuditNote note in notes) await AppendAsync(who, note.Action, note.Subject, note.Before, note.After, note.Reason, cancel);
    }
}

/// <summary>What one entry of the audit log tells.</summary>
/// <param name="Action">What was done, in kebab case.</param>
/// <param name="Subject">What it was done to.</param>
/// <param name="Before">State before, or null.</param>
/// <param name="After">State after, or null.</param>
/// <param name="Reason">Reason given, or null.</param>
public readonly record struct AuditNote(string Action, string Subject, string? Before = null, string? After = null, string? Reason = null);
