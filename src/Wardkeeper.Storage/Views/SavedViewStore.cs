using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Views;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Views;

/// <summary>Views of tables in the relational store.</summary>
internal sealed class SavedViewStore(StoreFactory stores, HubGate gate, IAuditLog audit, TimeProvider time) : ISavedViews
{
    private const string Columns = "number, page, name, query, owner, is_shared, changed, revision, is_first, default_for";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SavedView>> ListAsync(Actor who, string table, CancellationToken cancel = default)
    {
        string owner = SavedView.OwnerOf(who);
        await using StoreContext context = stores.Open();
        List<SavedViewRow> rows = await context.Set<SavedViewRow>().AsNoTracking().Where(row => row.Page == table && (row.Owner == owner || row.IsShared)).ToListAsync(cancel);
        return [.. rows.Select(row => row.ToView()).OrderBy(view => view.Name, StringComparer.Ordinal).ThenBy(view => view.Number)];
    }

    /// <inheritdoc/>
    public async Task<SavedView?> GetAsync(Actor who, long number, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        await using StoreContext context = stores.Open();
        return (await context.Set<SavedViewRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Number == number, cancel))?.ToView() is { } view && view.IsOpenTo(who) ? view : null;
    }

    /// <inheritdoc/>
    public Task<SavedView> SaveAsync(Actor who, ViewDraft draft, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        SavedView wanted = new() { Number = 0, Table = draft.Table, Name = draft.Name.Trim(), Query = draft.Query, Owner = SavedView.OwnerOf(who), IsShared = draft.IsShared, Changed = new CaptureTime(time.Nanoseconds()) };
        wanted.Check();
        return gate.RunAsync(
            async (_, transaction) =>
            {
                await AllowAsync(transaction, who, null, wanted, cancel);
                List<long> number = await transaction.AskAsync(
                    "INSERT INTO saved_views (page, name, query, owner, is_shared, is_first, default_for, changed, revision) VALUES (@p0, @p1, @p2, @p3, @p4, @p6, @p7, @p5, 1) RETURNING number",
                    row => row.GetInt64(0), cancel, wanted.Table, wanted.Name, wanted.Query, wanted.Owner, wanted.IsShared, wanted.Changed.Nanoseconds, false, "");
                SavedView saved = wanted with { Number = number[0] };
                await audit.AppendAsync(who, "view-saved", Subject(saved), null, saved.Summary(), null, cancel);
                return saved;
            },
            cancel: cancel);
    }

    /// <inheritdoc/>
    public Task<SavedView> ChangeAsync(Actor who, long number, long? revision, ViewChange change, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return gate.RunAsync(
            async (_, transaction) =>
            {
                SavedView before = await HeldAsync(transaction, who, number, revision, cancel);
                SavedView after = before with { Name = change.Name?.Trim() ?? before.Name, Query = change.Query ?? before.Query, IsShared = change.IsShared ?? before.IsShared, IsFirst = change.IsFirst ?? before.IsFirst };
                after = after with { DefaultFor = change.DefaultFor is { } roles ? [.. RoleNames.All.Where(roles.Contains), .. roles.Except(RoleNames.All)] : after.IsShared ? before.DefaultFor : [] };
                if (after.IsLike(before)) return before;
                after.Check();
                await AllowAsync(transaction, who, before, after, cancel);
                after = after with { Changed = new CaptureTime(time.Nanoseconds()), Revision = before.Revision + 1 };
                await transaction.RunAsync(
                    "UPDATE saved_views SET name = @p1, query = @p2, is_shared = @p3, changed = @p4, revision = @p5, is_first = @p6, default_for = @p7 WHERE number = @p0",
                    cancel, number, after.Name, after.Query, after.IsShared, after.Changed.Nanoseconds, after.Revision, after.IsFirst, string.Join(',', after.DefaultFor));
                await StepBackAsync(transaction, who, before, after, cancel);
                await audit.AppendAsync(who, "view-changed", Subject(after), before.Summary(), after.Summary(), null, cancel);
                return after;
            },
            cancel: cancel);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(Actor who, long number, long? revision, CancellationToken cancel = default) => gate.RunAsync(
        async (_, transaction) =>
        {
            SavedView view = await HeldAsync(transaction, who, number, revision, cancel);
            await transaction.RunAsync("DELETE FROM saved_views WHERE number = @p0", cancel, number);
            await audit.AppendAsync(who, "view-deleted", Subject(view), view.Summary(), null, null, cancel);
        },
        cancel: cancel);

    private static string Subject(SavedView view) => string.Create(CultureInfo.InvariantCulture, $"view:{view.Number}");

    /// <summary>The view as it stands behind the door, for somebody who may change it.</summary>
    private static async Task<SavedView> HeldAsync(DbTransaction transaction, Actor who, long number, long? revision, CancellationToken cancel)
    {
        SavedView? view = (await transaction.AskAsync($"SELECT {Columns} FROM saved_views WHERE number = @p0", Read, cancel, number)).FirstOrDefault();
        if (view is null || !view.IsOpenTo(who)) throw new RefusedException(Refusal.NotFound, "", "view-missing", "There is no such view.");
        if (!view.MayChange(who)) throw new RefusedException(Refusal.Forbidden, "", "view-foreign", $"This view is kept by {view.Owner}; keep one of your own, or ask an administrator.");
        if (revision is { } seen && seen != view.Revision) throw new RefusedException(Refusal.Stale, "", "view-stale", "Somebody changed this view in the meantime; load it again.");
        return view;
    }

    /// <summary>Refuses a name that its owner has already, more views than there is room for, and shared views of those who may not share.</summary>
    private static async Task AllowAsync(DbTransaction transaction, Actor who, SavedView? before, SavedView after, CancellationToken cancel)
    {
        bool changesWhatIsShared = after.IsShared && (before is null || !before.IsShared || before.Name != after.Name || before.Query != after.Query);
        if (changesWhatIsShared && !SavedView.MayShare(who)) throw new RefusedException(Refusal.Forbidden, "isShared", "view-share", "Views are shared by clinical engineers, analysts and administrators.");
        if (before is not null && before.IsFirst != after.IsFirst && after.Owner != SavedView.OwnerOf(who)) throw new RefusedException(Refusal.Forbidden, "isFirst", "view-first", $"Which of the views of {after.Owner} comes first is for {after.Owner} to say.");
        if (before is not null && after.IsShared && !after.DefaultFor.SequenceEqual(before.DefaultFor) && !who.Is(Role.Administrator)) throw new RefusedException(Refusal.Forbidden, "defaultFor", "view-default", "Which view a role begins with is set by administrators.");
        long same = await CountAsync(transaction, "owner = @p1 AND name = @p2 AND number <> @p3", cancel, after.Table, after.Owner, after.Name, after.Number);
        if (same > 0) throw new RefusedException(Refusal.Conflict, "name", "view-taken", "There is a view of that name already.");
        if (before is null && await CountAsync(transaction, "owner = @p1", cancel, after.Table, after.Owner) >= SavedView.MostOwn) throw new RefusedException(Refusal.Conflict, "", "view-many", $"There are {SavedView.MostOwn} views already; delete one.");
        if (after.IsShared && before?.IsShared != true && await CountAsync(transaction, "is_shared = @p1", cancel, after.Table, true) >= SavedView.MostShared) throw new RefusedException(Refusal.Conflict, "", "view-many", $"There are {SavedView.MostShared} shared views already; delete one.");
    }

    /// <summary>One view of a table is its owner's first, and one is each role's: what was so before steps back.</summary>
    private async Task StepBackAsync(DbTransaction transaction, Actor who, SavedView before, SavedView now, CancellationToken cancel)
    {
        bool isNewFirst = now.IsFirst && !before.IsFirst;
        string[] roles = [.. now.DefaultFor.Except(before.DefaultFor)];
        if (!isNewFirst && roles.Length == 0) return;
        foreach (SavedView other in await transaction.AskAsync($"SELECT {Columns} FROM saved_views WHERE page = @p0 AND number <> @p1 AND (is_first = @p2 OR default_for <> '')", Read, cancel, now.Table, now.Number, true))
        {
            SavedView after = other with { IsFirst = other.IsFirst && !(isNewFirst && other.Owner == now.Owner), DefaultFor = [.. other.DefaultFor.Except(roles)] };
            if (after.IsLike(other)) continue;
            await transaction.RunAsync("UPDATE saved_views SET is_first = @p1, default_for = @p2, revision = @p3 WHERE number = @p0", cancel, after.Number, after.IsFirst, string.Join(',', after.DefaultFor), after.Revision + 1);
            await audit.AppendAsync(who, "view-changed", Subject(after), other.Summary(), after.Summary(), null, cancel);
        }
    }

    private static SavedView Read(DbDataReader row) => new()
    {
        Number = row.GetInt64(0),
        Table = row.GetString(1),
        Name = row.GetString(2),
        Query = row.GetString(3),
        Owner = row.GetString(4),
        IsShared = row.GetBoolean(5),
        Changed = new CaptureTime(row.GetInt64(6)),
        Revision = row.GetInt64(7),
        IsFirst = row.GetBoolean(8),
        DefaultFor = row.GetString(9).Split(',', StringSplitOptions.RemoveEmptyEntries),
    };

    private static async Task<long> CountAsync(DbTransaction transaction, string where, CancellationToken cancel, params object?[] values) =>
        (await transaction.AskAsync($"SELECT COUNT(*) FROM saved_views WHERE page = @p0 AND {where}", row => row.GetInt64(0), cancel, values))[0];
}
