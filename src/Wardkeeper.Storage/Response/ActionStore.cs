using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Storage.Response;

/// <summary>Actions in the relational store.</summary>
internal sealed class ActionStore(StoreFactory stores, HubGate gate, IAuditLog audit, IDeviceQueries devices) : IActionQueries, IActionStore
{
    /// <inheritdoc/>
    public async Task<Page<ResponseAction>> FindAsync(ActionFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<ActionRow> rows = Matching(context, filter);
        IOrderedQueryable<ActionRow> sorted = (sort.Column, sort.Descending) switch
        {
            ("number", true) => rows.OrderByDescending(row => row.Number),
            ("number", false) => rows.OrderBy(row => row.Number),
            ("until", true) => rows.OrderByDescending(row => row.Until),
            ("until", false) => rows.OrderBy(row => row.Until),
            _ => throw new ArgumentException($"Actions have no column {sort.Column}; sort by number or until.", nameof(sort)),
        };
        List<string> found = await sorted.ThenByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).Select(row => row.Document).ToListAsync(cancel);
        return new([.. found.Select(ActionRow.Read)], await rows.LongCountAsync(cancel));
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(ActionFilter filter, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await Matching(context, filter).LongCountAsync(cancel);
    }

    /// <inheritdoc/>
    public async Task<ResponseAction?> GetAsync(long number, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        string? document = await Matching(context, new ActionFilter { Visible = visible }).Where(row => row.Number == number).Select(row => row.Document).FirstOrDefaultAsync(cancel);
        return document is null ? null : ActionRow.Read(document);
    }

    /// <inheritdoc/>
    public async Task<ResponseAction> AddAsync(Actor who, Func<long, ResponseAction> make, CancellationToken cancel = default)
    {
        Dictionary<long, string?> departments = [];
        return await gate.RunAsync(
            async (_, transaction) =>
            {
                ResponseAction made = make(await transaction.NextAsync("actions", "number", cancel));
                foreach (DeviceLine line in (await devices.FindAsync(new DeviceFilter { Ids = made.Draft.Devices }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel)).Items) departments[line.Id] = line.Department;
                await transaction.RunAsync("INSERT INTO actions (number, state, finding, until, document) VALUES (@p0, @p1, @p2, @p3, @p4)", cancel, made.Number, (int)made.State, made.Draft.Finding, UntilOf(made), ActionRow.Write(made));
                foreach (long device in made.Draft.Devices) await transaction.RunAsync("INSERT INTO action_devices (action, device, department) VALUES (@p0, @p1, @p2)", cancel, made.Number, device, departments.GetValueOrDefault(device));
                await TellAsync(who, null, made, cancel);
                return made;
            },
            cancel: cancel);
    }

    /// <inheritdoc/>
    public Task<ResponseAction?> ChangeAsync(Actor who, long number, Func<ResponseAction, ResponseAction?> change, CancellationToken cancel = default) => gate.RunAsync(
        async (_, transaction) =>
        {
            List<string> found = await transaction.AskAsync("SELECT document FROM actions WHERE number = @p0", row => row.GetString(0), cancel, number);
            if (found.Count == 0 || ActionRow.Read(found[0]) is var before && change(before) is not { } after) return null;
            await transaction.RunAsync("UPDATE actions SET state = @p1, until = @p2, document = @p3 WHERE number = @p0", cancel, number, (int)after.State, UntilOf(after), ActionRow.Write(after));
            await TellAsync(who, before, after, cancel);
            return after;
        },
        cancel: cancel);

    private static long UntilOf(ResponseAction action) => (action.Until ?? action.Lapses).Nanoseconds;

    private static string Told(ResponseAction action) =>
        $"{KebabWord.Of(action.State)}{(action.End is { } end ? $" ({KebabWord.Of(end)})" : "")}: {KebabWord.Of(action.Draft.Step)} of {string.Join(", ", action.Draft.Devices.Select(device => $"D-{device}"))}";

    private static IQueryable<ActionRow> Matching(StoreContext context, ActionFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        IQueryable<ActionRow> rows = context.Set<ActionRow>().AsNoTracking();
        DbSet<ActionDeviceRow> touched = context.Set<ActionDeviceRow>();
        if (filter.States.Count > 0)
        {
            int[] states = [.. filter.States.Select(state => (int)state)];
            rows = rows.Where(row => states.Contains(row.State));
        }
        if (filter.Finding is { } finding) rows = rows.Where(row => row.Finding == finding);
        if (filter.Device is { } device) rows = rows.Where(row => touched.Any(one => one.Action == row.Number && one.Device == device));
        if (filter.Visible is { } visible)
        {
            string[] departments = [.. visible];
            rows = rows.Where(row => touched.Any(one => one.Action == row.Number && one.Department != null && departments.Contains(one.Department)));
        }
        return rows;
    }

    /// <summary>An entry of the audit log for each note that the change added.</summary>
    private async Task TellAsync(Actor who, ResponseAction? before, ResponseAction after, CancellationToken cancel)
    {
        foreach (ActionNote note in after.Notes.Skip(before?.Notes.Count ?? 0))
            await audit.AppendAsync(who, "action-" + note.What, ResponseAction.IdOf(after.Number), before is null ? null : Told(before), Told(after), note.Text, cancel);
    }
}
