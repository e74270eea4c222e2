using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Incidents;

/// <summary>What people do to incidents. Each change names who makes it, is refused when the incident changed since it was looked at, and is in the audit log when it is stored.</summary>
public interface IIncidentCommands
{
    /// <summary>Moves an incident to a state that is not closed; an incident that is closed is opened again by it.</summary>
    /// <param name="who">Analyst or clinical engineer.</param>
    /// <param name="number">The incident.</param>
    /// <param name="revision">Revision that was looked at.</param>
    /// <param name="state">Where it stands now.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> MoveAsync(Actor who, long number, long revision, IncidentState state, CancellationToken cancel = default);

    /// <summary>Closes an incident with what was learned.</summary>
    /// <param name="who">Analyst.</param>
    /// <param name="number">The incident.</param>
    /// <param name="revision">Revision that was looked at.</param>
    /// <param name="lesson">What was learned; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> CloseAsync(Actor who, long number, long revision, string lesson, CancellationToken cancel = default);

    /// <summary>Gives an incident to somebody, or to nobody; a new one goes to triage.</summary>
    Task<Outcome> AssignAsync(Actor who, long number, long revision, string? assignee, CancellationToken cancel = default);

    /// <summary>Adds a comment. Needs no revision: comments do not contradict each other.</summary>
    Task<Outcome> CommentAsync(Actor who, long number, string text, CancellationToken cancel = default);

    /// <summary>Puts everything of an incident into another. Can be undone.</summary>
    /// <param name="who">Analyst.</param>
    /// <param name="number">The incident that is given up.</param>
    /// <param name="revision">Revision that was looked at.</param>
    /// <param name="into">The incident that takes its findings.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> MergeAsync(Actor who, long number, long revision, long into, string reason, CancellationToken cancel = default);

    /// <summary>Makes an incident of its own of some findings. Can be undone.</summary>
    /// <param name="who">Analyst.</param>
    /// <param name="number">The incident that has them; at least one finding must stay.</param>
    /// <param name="revision">Revision that was looked at.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>How it ended, and the number of the new incident.</returns>
    Task<(Outcome Outcome, long Number)> SplitAsync(Actor who, long number, long revision, IReadOnlyCollection<long> findings, string reason, CancellationToken cancel = default);

    /// <summary>Undoes a merge or a split: findings that are still where it put them go back.</summary>
    /// <param name="who">Analyst.</param>
    /// <param name="operation">Number of the operation.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> UndoAsync(Actor who, long operation, string reason, CancellationToken cancel = default);
}
