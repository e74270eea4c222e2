using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Response;

/// <summary>Which actions are asked for; every member that is set must hold. Lists mean "one of these"; an empty list asks nothing.</summary>
public sealed record ActionFilter
{
    /// <summary>States.</summary>
    public IReadOnlyList<ActionState> States { get; init; } = [];

    /// <summary>A device that it touches.</summary>
    public long? Device { get; init; }

    /// <summary>The finding it follows from.</summary>
    public long? Finding { get; init; }

    /// <summary>Departments that may be seen; null when not limited. An action is seen by who sees one of its devices.</summary>
    public IReadOnlySet<string>? Visible { get; init; }
}

/// <summary>Answers questions about actions.</summary>
public interface IActionQueries
{
    /// <summary>A page of actions.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: number, until. Ties by number, the latest first.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<ResponseAction>> FindAsync(ActionFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>How many actions match.</summary>
    Task<long> CountAsync(ActionFilter filter, CancellationToken cancel = default);

    /// <summary>One action; null when there is none, or when it may not be seen.</summary>
    Task<ResponseAction?> GetAsync(long number, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);
}

/// <summary>Stores actions. A change, its note and its audit entry are one step.</summary>
public interface IActionStore
{
    /// <summary>Stores a new action under the next number.</summary>
    /// <param name="who">Who proposes it.</param>
    /// <param name="make">Makes it, given its number.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<ResponseAction> AddAsync(Actor who, Func<long, ResponseAction> make, CancellationToken cancel = default);

    /// <summary>Changes an action as it stands at this moment.</summary>
    /// <param name="who">Who changes it.</param>
    /// <param name="number">Which.</param>
    /// <param name="change">The action afterwards, or null: nothing is changed then.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The action afterwards; null when nothing was changed.</returns>
    Task<ResponseAction?> ChangeAsync(Actor who, long number, Func<ResponseAction, ResponseAction?> change, CancellationToken cancel = default);
}

/// <summary>What people do with actions. Analysts, clinical engineers and administrators; each change is in the audit log when it is stored.</summary>
public interface IActionCommands
{
    /// <summary>What an action would do, computed now, before anybody proposes it.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="draft">What is wanted.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Null when the actor may not see one of the devices.</returns>
    Task<ResponsePreview?> PreviewAsync(Actor who, ActionDraft draft, CancellationToken cancel = default);

    /// <summary>What a proposed action would do, computed now; null when there is none.</summary>
    Task<ResponsePreview?> PreviewAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Proposes an action. Nothing is done by it.</summary>
    /// <returns>How it ended, and the number when it was done.</returns>
    Task<(Outcome Outcome, long Number)> ProposeAsync(Actor who, ActionDraft draft, CancellationToken cancel = default);

    /// <summary>
    /// A rule proposes an action. Where the situation does not allow the step, the highest one that two people may take is proposed instead. While another of the same rule for one
    /// of the devices is open, nothing new is proposed; where one waits for people and the devices' segment enforces, it is judged again by the situation now.
    /// </summary>
    /// <param name="draft">What is wanted; names its rule.</param>
    /// <param name="enforces">Whether the devices' segment enforces: then what one person may do is carried out at once.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>How it ended, and the number of the action, also of the one that is open already.</returns>
    Task<(Outcome Outcome, long Number)> ProposeByRuleAsync(ActionDraft draft, bool enforces, CancellationToken cancel = default);

    /// <summary>Agrees to what a preview shows, and carries it out when that is enough. One person is where the table says so, also who proposed it; else two, neither of them who proposed it.</summary>
    /// <param name="who">Who agrees.</param>
    /// <param name="number">To which action.</param>
    /// <param name="digest">Digest of the preview that was seen.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> ApproveAsync(Actor who, long number, string digest, CancellationToken cancel = default);

    /// <summary>Declines an action that waits: it ends, and nothing was done.</summary>
    Task<Outcome> DeclineAsync(Actor who, long number, string reason, CancellationToken cancel = default);

    /// <summary>Undoes an action. One person is enough.</summary>
    Task<Outcome> UndoAsync(Actor who, long number, string reason, CancellationToken cancel = default);
}
