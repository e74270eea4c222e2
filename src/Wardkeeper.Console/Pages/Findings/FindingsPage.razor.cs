using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Findings;

/// <summary>The list of findings: what must be judged, in which order? Filter, grouping, order and page are the address.</summary>
public sealed partial class FindingsPage
{
    private const int ChoicesOffered = 12;
    private FindingsQuery query = FindingsQuery.Open;
    private Actor? person;
    private CaptureTime? asOf;
    private IReadOnlyList<LedgerColumn<FindingGroup>> groupColumns = [];
    private IReadOnlyList<LedgerColumn<FindingLine>> columns = [];
    private List<(string Label, IReadOnlyList<FilterChoice> Choices)> offered = [];
    private (FilterChip Chip, long Count)? widest;
    private long hidden;
    private int firing;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = FindingsQuery.Read(address);
        (groupColumns, columns) = (GroupColumns(), Columns());
        person ??= Look.Reader(await Viewer.ActorAsync());
    }

    private static string KeyOf(FindingGroup group) => $"{group.Type}|{group.Subject.Device}|{(group.Subject.Device is null ? PartyText.Address(group.Subject) : "")}";

    private FindingFilter Seen(FindingFilter filter) => filter with { Visible = person?.Departments };

    private async Task<Page<FindingGroup>> GroupsAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<FindingGroup> found = await Findings.GroupsAsync(Seen(query.Filter), sort, page, cancel);
        await FoundAsync(found.Total, found.AsOf, cancel);
        return found;
    }

    private async Task<Page<FindingLine>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<FindingLine> found = await Findings.FindAsync(Seen(query.Filter), sort, page, cancel);
        await FoundAsync(found.Total, found.AsOf, cancel);
        return found;
    }

    private async Task FoundAsync(long total, CaptureTime? newest, CancellationToken cancel)
    {
        asOf = newest;
        hidden = total > 0 || query.Filter.Suppressed != SuppressedView.Hide ? 0 : await Findings.CountAsync(Seen(query.Filter with { Suppressed = SuppressedView.Only }), cancel);
        firing = total == 0 && query.IsOpenOnly ? (await Readiness.LookAsync(cancel)).Count(one => one.CanFire) : 0;
        widest = total == 0 && hidden == 0 ? await WidestAsync(cancel) : null;
    }

    private async Task<long> NewerGroupsAsync(Page<FindingGroup> shown, CancellationToken cancel) =>
        Math.Max(0, (await Findings.GroupsAsync(Seen(query.Filter), new SortOrder("last", true), new PageRequest(1, 1), cancel)).Total - shown.Total);

    private async Task<long> NewerAsync(Page<FindingLine> shown, CancellationToken cancel) => Math.Max(0, await Findings.CountAsync(Seen(query.Filter), cancel) - shown.Total);

    /// <summary>With nothing found: the one filter without which there would be most.</summary>
    private async Task<(FilterChip, long)?> WidestAsync(CancellationToken cancel)
    {
        (FilterChip, long)? best = null;
        foreach (FilterChip chip in query.Chips(W, F))
        {
            long count = await Findings.CountAsync(Seen(FindingsQuery.Read(AddressQuery.Of(chip.Without)).Filter), cancel);
            if (count > (best?.Item2 ?? 0)) best = (chip, count);
        }
        return best;
    }

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Length == 0 ? null : text;
        if (wanted != query.Filter.Text) Navigation.NavigateTo(query.With(query.Filter with { Text = wanted }).Address());
        return Task.CompletedTask;
    }

    private async Task CountFiltersAsync()
    {
        FindingFilter f = query.Filter;
        string To(FindingFilter filter) => query.With(filter).Address();
        async Task<(string, IReadOnlyList<FilterChoice>)> By(string label, string column, FindingFilter within, Func<string, string> shown, Func<string, FindingFilter> with)
        {
            IReadOnlyList<ValueCount> counts = await Findings.CountByAsync(column, Seen(within), Closed);
            return (label, [.. counts.Where(count => count.Value is not null || column is "department" or "assignee").Take(ChoicesOffered)
                .Select(count => new FilterChoice(count.Value is null ? W["filter.none"] : shown(count.Value), To(with(count.Value ?? "")), count.Count))]);
        }
        FindingFilter any = f with { IsOpen = null, States = [] };
        offered =
        [
            await By("severity", "severity", f, value => W[$"severity.{value}"], value => f with { Severities = FindingWords.TryParse(value, out Severity one) ? [one] : [] }),
            await By("findingstate", "state", any, value => W[$"findingstate.{value}"], value => any with { States = FindingWords.TryParse(value, out FindingState one) ? [one] : [] }),
            await By("kind", "type", f, value => FindingTexts.NameOfType(value, F.IsChinese), value => f with { Types = [value] }),
            await By("dept", "department", f, value => Words.Of(W, "department", value), value => f with { Departments = [value] }),
            await By("assignee", "assignee", f, value => value, value => f with { Assignees = [value] }),
            await By("technique", "technique", f, value => value, value => f with { Techniques = [value] }),
            await By("verdict", "verdict", any, value => W[$"verdict.{value}"], value => any with { Verdicts = FindingWords.TryParse(value, out Verdict one) ? [one] : [] }),
            ("suppressed",
            [
                new FilterChoice(W["suppressed.include"], To(f with { Suppressed = SuppressedView.Include }), await Findings.CountAsync(Seen(f with { Suppressed = SuppressedView.Include }), Closed)),
                new FilterChoice(W["suppressed.only"], To(f with { Suppressed = SuppressedView.Only }), await Findings.CountAsync(Seen(f with { Suppressed = SuppressedView.Only }), Closed)),
            ]),
        ];
    }

    /// <summary>A filter that can be added.</summary>
    private sealed record FilterChoice(string Text, string Href, long? Count = null);
}
