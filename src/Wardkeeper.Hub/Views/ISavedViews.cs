using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Views;

/// <summary>
/// Views of tables that persons keep under a name. Each is its owner's alone until somebody who may edit devices shares it with
/// everyone. Every change is in the audit log when it is stored.
/// </summary>
public interface ISavedViews
{
    /// <summary>The views of a table that a person may open: her own and the shared ones, by name.</summary>
    Task<IReadOnlyList<SavedView>> ListAsync(Actor who, string table, CancellationToken cancel = default);

    /// <summary>One view; null when there is none that this person may open.</summary>
    Task<SavedView?> GetAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Keeps a view.</summary>
    /// <param name="who">Who keeps it.</param>
    /// <param name="draft">The view.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="Changes.RefusedException">The name is taken or cannot be one, there are too many, or the person may not share.</exception>
    Task<SavedView> SaveAsync(Actor who, ViewDraft draft, CancellationToken cancel = default);

    /// <summary>Changes a view: its owner, and of a shared one an administrator too.</summary>
    /// <param name="who">Who changes it.</param>
    /// <param name="number">Which.</param>
    /// <param name="revision">Revision the change was made on; null to change whatever there is.</param>
    /// <param name="change">What shall be different.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="Changes.RefusedException">There is none that this person may change, it was changed meanwhile, or the change is wrong.</exception>
    Task<SavedView> ChangeAsync(Actor who, long number, long? revision, ViewChange change, CancellationToken cancel = default);

    /// <summary>Deletes a view: its owner, and of a shared one an administrator too.</summary>
    /// <exception cref="Changes.RefusedException">There is none that this person may delete, or it was changed meanwhile.</exception>
    Task DeleteAsync(Actor who, long number, long? revision, CancellationToken cancel = default);
}

/// <summary>What a view is to be.</summary>
/// <param name="Table">One of <see cref="SavedView.Tables"/>.</param>
/// <param name="Name">Its name, 1 to <see cref="SavedView.LongestName"/> characters.</param>
/// <param name="Query">Filters, columns and order as the address of the table's page writes them, without the question mark.</param>
/// <param name="IsShared">Whether everyone may open it.</param>
public sealed record ViewDraft(string Table, string Name, string Query, bool IsShared = false);

/// <summary>What shall be different about a view; null stays as it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Query">Filters, columns and order.</param>
/// <param name="IsShared">Whether everyone may open it; what is not shared any longer is no role's first view either.</param>
/// <param name="IsFirst">Whether the table opens with it for its owner; her other views of the table then do not.</param>
/// <param name="DefaultFor">Roles for whose bearers the table opens with it, set by administrators; other views of the table then are not those roles'.</param>
public sealed record ViewChange(string? Name = null, string? Query = null, bool? IsShared = null, bool? IsFirst = null, IReadOnlyList<string>? DefaultFor = null);
