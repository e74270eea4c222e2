using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Audit;

/// <summary>Who did what, is the chain whole? Nobody changes anything here.</summary>
public sealed partial class AuditPage
{
    private const int Offered = 12;
    private static readonly (string Name, int Days)[] Ranges = [("24h", 1), ("7d", 7), ("30d", 30)];
    private AuditQuery query = new(new AuditFilter(), new TableView());
    private Actor? person;
    private IReadOnlyList<string> shownPersons = [], shownActions = [];

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = AuditQuery.Read(address);
        person ??= await Viewer.ActorAsync();
    }

    private string ActionText(string action) => T[$"action.{action}"] is { ResourceNotFound: false } known ? known.Value : action;

    private async Task<Page<AuditEntry>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<AuditEntry> found = await Audit.FindAsync(query.Filter, page, cancel);
        // Offered as filters: what the newest entries hold. Others are written into the address or clicked in a row.
        shownPersons = [.. found.Items.Select(entry => entry.Who).Distinct().Order(StringComparer.Ordinal).Take(Offered)];
        shownActions = [.. found.Items.Select(entry => entry.Action).Distinct().Order(StringComparer.Ordinal).Take(Offered)];
        StateHasChanged();
        return found;
    }

    private async Task<long> CountNewerAsync(Page<AuditEntry> shown, CancellationToken cancel) => Math.Max(0, (await Audit.FindAsync(query.Filter, new PageRequest(1, 1), cancel)).Total - shown.Total);

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Length == 0 ? null : text;
        if (wanted != query.Filter.Subject) Navigation.NavigateTo(query.With(query.Filter with { Subject = wanted }));
        return Task.CompletedTask;
    }

    private List<FilterChip> Chips()
    {
        AuditFilter filter = query.Filter;
        List<FilterChip> chips = [];
        if (filter.Who is { } who) chips.Add(new(T["column.who"], who, query.With(filter with { Who = null })));
        if (filter.Action is { } action) chips.Add(new(T["column.action"], ActionText(action), query.With(filter with { Action = null })));
        if (filter.Subject is { } subject) chips.Add(new(T["column.subject"], subject, query.With(filter with { Subject = null })));
        if (filter.Since is { } since) chips.Add(new(T["filter.since"], F.Minute(since), query.With(filter with { Since = null })));
        if (filter.Until is { } until) chips.Add(new(T["filter.until"], F.Minute(until), query.With(filter with { Until = null })));
        return chips;
    }
}
