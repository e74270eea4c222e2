using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings;

/// <summary>
/// What people do to findings. Each change names who makes it, is refused when the finding changed since it was looked at, and is
/// in the audit log when it is stored.
/// </summary>
public interface IFindingCommands
{
    /// <summary>Decides what a finding is. Closing is a step of its own, except for false positives and what is benign: these are closed with it.</summary>
    /// <param name="who">Analyst; a clinical engineer judges exposures.</param>
    /// <param name="number">The finding.</param>
    /// <param name="revision">Revision that was looked at.</param>
    /// <param name="verdict">What it is.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> JudgeAsync(Actor who, long number, long revision, Verdict verdict, string reason, CancellationToken cancel = default);

    /// <summary>Moves a finding to a state that is not closed.</summary>
    Task<Outcome> MoveAsync(Actor who, long number, long revision, FindingState state, CancellationToken cancel = default);

    /// <summary>Gives a finding to somebody, or to nobody; a new one goes to triage.</summary>
    Task<Outcome> AssignAsync(Actor who, long number, long revision, string? assignee, CancellationToken cancel = default);

    /// <summary>Adds a comment. Needs no revision: comments do not contradict each other.</summary>
    Task<Outcome> CommentAsync(Actor who, long number, string text, CancellationToken cancel = default);

    /// <summary>Closes a finding that has a verdict.</summary>
    Task<Outcome> CloseAsync(Actor who, long number, long revision, string reason, CancellationToken cancel = default);

    /// <summary>Opens a closed finding again.</summary>
    Task<Outcome> ReopenAsync(Actor who, long number, long revision, string reason, CancellationToken cancel = default);

    /// <summary>What a suppression would hide if it were made now: counts, and the first findings. Changes nothing.</summary>
    Task<SuppressionPreview> PreviewAsync(long number, SuppressionScope scope, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>Hides findings like this one until a day.</summary>
    /// <param name="who">Analyst.</param>
    /// <param name="number">The finding it starts from.</param>
    /// <param name="revision">Revision that was looked at.</param>
    /// <param name="scope">How much.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="expires">Until when; in the future, at most a year away.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> SuppressAsync(Actor who, long number, long revision, SuppressionScope scope, string reason, CaptureTime expires, CancellationToken cancel = default);

    /// <summary>Ends a suppression; what it hid is shown again.</summary>
    Task<Outcome> UnsuppressAsync(Actor who, long suppression, string reason, CancellationToken cancel = default);
}

/// <summary>How much a suppression hides.</summary>
/// <param name="Kind">Findings of the type of this device, of a subnet, or all.</param>
/// <param name="Subnet">The subnet in CIDR notation when <paramref name="Kind"/> says so.</param>
public sealed record SuppressionScope(SuppressionKind Kind, string? Subnet = null);

/// <summary>Kinds of <see cref="SuppressionScope"/>.</summary>
public enum SuppressionKind
{
    /// <summary>Findings of the type about this device.</summary>
    Device,

    /// <summary>Findings of the type about devices in a subnet.</summary>
    Subnet,

    /// <summary>All findings of the type.</summary>
    Type,
}

/// <summary>What a suppression would hide.</summary>
/// <param name="Findings">Open findings.</param>
/// <param name="Devices">Devices they are about.</param>
/// <param name="Closed">Findings that are closed already; of them none would come back unseen.</param>
/// <param name="First">The first of the open ones, worst first, at most 20.</param>
public sealed record SuppressionPreview(long Findings, long Devices, long Closed, IReadOnlyList<Queries.FindingLine> First);

/// <summary>How a change ended.</summary>
/// <param name="Result">How.</param>
/// <param name="Revision">Revision after it; 0 when nothing was changed.</param>
/// <param name="Reason">Why not, as a key of the texts of findings; null when done.</param>
public sealed record Outcome(OutcomeKind Result, long Revision = 0, string? Reason = null)
{
    /// <summary>Whether it was done.</summary>
    public bool IsDone => Result == OutcomeKind.Done;
}

/// <summary>How changes end.</summary>
public enum OutcomeKind
{
    /// <summary>Stored, and in the audit log.</summary>
    Done,

    /// <summary>There is no such thing, or it may not be seen.</summary>
    NotFound,

    /// <summary>It changed since it was looked at: look again.</summary>
    Stale,

    /// <summary>This actor may not do that.</summary>
    NotAllowed,

    /// <summary>It makes no sense as it stands: an empty reason, an end in the past, a state that does not follow.</summary>
    Invalid,
}
