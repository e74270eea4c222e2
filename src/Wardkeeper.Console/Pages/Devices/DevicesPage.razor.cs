using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Devices;

/// <summary>The list of devices: what do we own? Filter, order, page and open card are the address.</summary>
public sealed partial class DevicesPage
{
    private const int ChoicesOffered = 12;
    private DevicesQuery query = DevicesQuery.All;
    private LedgerTable<DeviceLine>? table;
    private Actor? person;
    private CaptureTime? asOf;
    private IReadOnlyList<LedgerColumn<DeviceLine>> columns = [];
    private List<(string Label, IReadOnlyList<FilterChoice> Choices)> offered = [];
    private (FilterChip Chip, long Count)? widest;
    private (string What, TableSelection Selection)? bulk;
    private LedgerResult? saved;
    private string[] refused = [];

    private bool MayEdit => person?.Is(Role.ClinicalEngineer, Role.Analyst, Role.Administrator) == true;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = DevicesQuery.Read(address);
        columns = Columns();
        person ??= Look.Reader(await Viewer.ActorAsync());
    }

    private const string Labels = "labels", Assign = "assign";

    private IReadOnlyList<TableExport> Exports() => [new("XLSX", DevicesFile.Address(query, "xlsx")), new("CSV", DevicesFile.Address(query, "csv"))];

    private void Ask(TableSelection selection, string what) => (bulk, saved, refused) = ((what, selection), null, []);

    private async Task BulkDoneAsync(LedgerResult? result)
    {
        (bulk, saved, refused) = (null, result, []);
        if (result is not null && table is not null) await table.ReloadAsync();
    }

    private async Task UndoAsync(long operation)
    {
        LedgerResult result = await Ledger.UndoAsync(person!, operation);
        refused = [.. RefusalText.Of(result, F, W)];
        if (result.Status == LedgerStatus.Done) saved = null;
        if (table is not null) await table.ReloadAsync();
    }

    private static string Id(DeviceLine line) => line.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private DeviceFilter Seen(DeviceFilter filter) => filter with { Visible = person?.Departments };

    private async Task<Page<DeviceLine>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<DeviceLine> found = await Devices.FindAsync(Seen(query.Filter), sort, page, cancel);
        asOf = found.AsOf;
        widest = found.Total == 0 ? await WidestAsync(cancel) : null;
        return found;
    }

    // In a capture nothing comes after.
    private Func<Page<DeviceLine>, CancellationToken, Task<long>>? Newer => Look.Case is null ? CountNewerAsync : null;

    private Task<long> CountNewerAsync(Page<DeviceLine> shown, CancellationToken cancel)
    {
        if (shown.AsOf is not { } end) return Devices.CountAsync(Seen(query.Filter), cancel);
        CaptureTime next = new(end.Nanoseconds + 1);
        CaptureTime since = query.Filter.FirstSeenSince is { } asked && asked > next ? asked : next;
        return Devices.CountAsync(Seen(query.Filter with { FirstSeenSince = since }), cancel);
    }

    /// <summary>With nothing found: the one filter without which there would be most.</summary>
    private async Task<(FilterChip, long)?> WidestAsync(CancellationToken cancel)
    {
        (FilterChip, long)? best = null;
        foreach (FilterChip chip in query.Chips(W, F))
        {
            long count = await Devices.CountAsync(Seen(DevicesQuery.Read(AddressQuery.Of(chip.Without)).Filter), cancel);
            if (count > (best?.Item2 ?? 0)) best = (chip, count);
        }
        return best;
    }

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Length == 0 ? null : text;
        if (wanted != query.Filter.Text)
            Navigation.NavigateTo(new DevicesQuery(query.Filter with { Text = wanted }, query.Table with { Page = 1 }).Address());
        return Task.CompletedTask;
    }

    private async Task CountFiltersAsync()
    {
        DeviceFilter f = query.Filter;
        string To(DeviceFilter filter) => new DevicesQuery(filter, query.Table with { Page = 1 }).Address();
        async Task<(string, IReadOnlyList<FilterChoice>)> By(string label, string column, Func<string, string> shown, Func<string, DeviceFilter> with)
        {
            IReadOnlyList<ValueCount> counts = await Devices.CountByAsync(column, Seen(f), Closed);
            return (label, [.. counts.Take(ChoicesOffered).Select(count => new FilterChoice(
                count.Value is null ? W[column is "type" or "category" ? "nothing.unknown" : "filter.none"] : shown(count.Value),
                To(with(count.Value ?? (column is "type" or "category" ? "unknown" : ""))),
                count.Count))]);
        }
        List<(string, IReadOnlyList<FilterChoice>)> choices =
        [
            await By("type", "type", F.Type, value => f with { Types = [value] }),
            await By("dept", "department", value => Words.Of(W, "department", value), value => f with { Departments = [value] }),
            await By("person", "person", value => value, value => f with { Persons = [value] }),
            await By("vendor", "vendor", value => value, value => f with { Vendors = [value] }),
            await By("state", "life-cycle", value => Words.Of(W, "lifecycle", value), value => f with { LifeCycles = [value] }),
            await By("vlan", "vlan", value => value, value => long.TryParse(value, out long vlan) ? f with { Vlans = [vlan] } : f),
            ("more",
            [
                new FilterChoice(W["filter.life-support"], To(f with { IsLifeSupport = true })),
                new FilterChoice(W["filter.conflict"], To(f with { HasConflict = true })),
                new FilterChoice(W["filter.alive"], To(f with { IsRetiredButAlive = true })),
                new FilterChoice(W["filter.published"], To(f with { IsPublished = true })),
            ]),
        ];
        offered = choices;
    }

    /// <summary>A filter that can be added.</summary>
    private sealed record FilterChoice(string Text, string Href, long? Count = null);
}
