using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Register;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Answers questions about the ledger from the stored rows.</summary>
internal sealed class DeviceQueries(StoreFactory stores, TimeProvider? time = null) : IDeviceQueries
{
    private long Now => (time ?? TimeProvider.System).Nanoseconds();

    /// <inheritdoc/>
    public async Task<Page<DeviceLine>> FindAsync(DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using StoreContext context = stores.Open();
        IQueryable<DeviceRow> rows = DeviceFilters.Where(context, filter);
        (long[] numbers, long total) = await NumbersAsync(context, rows, filter, sort, page, cancel);
        List<DeviceRow> found = await context.Set<DeviceRow>().AsNoTracking().Where(row => numbers.Contains(row.Id)).ToListAsync(cancel);
        found.Sort((one, other) => Array.IndexOf(numbers, one.Id).CompareTo(Array.IndexOf(numbers, other.Id)));
        IReadOnlyDictionary<long, OpenFindings> open = await FindingQueries.OpenOfAsync(context, [.. found.Select(row => row.Id)], Now, cancel);
        long? now = await context.Set<LedgerNumberRow>().Where(row => row.Name == "now").Select(row => (long?)row.Value).FirstOrDefaultAsync(cancel);
        string[] addresses = [.. found.Select(row => row.IpSort).Where(ip => ip.Length > 0)];
        HashSet<string> published = [.. await context.Set<PublishedRow>().Where(service => service.IsInForce && addresses.Contains(service.Inside)).Select(service => service.Inside).Distinct().ToListAsync(cancel)];
        return new Page<DeviceLine>([.. found.Select(row => WithFindings(LineOf(row) with { IsPublished = published.Contains(row.IpSort) }, open))], total, now is { } asOf ? new CaptureTime(asOf) : null);
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(DeviceFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using StoreContext context = stores.Open();
        return await DeviceFilters.Where(context, filter).LongCountAsync(cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ValueCount>> CountByAsync(string column, DeviceFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Expression<Func<DeviceRow, string?>> key = column switch
        {
            "type" => row => row.Type,
            "category" => row => row.Category,
            "department" => row => row.Department,
            "vendor" => row => row.Vendor,
            "person" => row => row.Person,
            "life-cycle" => row => row.LifeCycle,
            "consequence" => row => row.Consequence,
            "fingerprint" => row => row.Fingerprint,
            "vlan" or "network" => row => null,
            _ => throw new ArgumentException($"devices are not counted by {column}; type, category, department, vendor, person, life-cycle, consequence, fingerprint, vlan and network are possible", nameof(column)),
        };
        await using StoreContext context = stores.Open();
        if (column == "network") return await ByNetworkAsync(DeviceFilters.Where(context, filter), cancel);
        if (column == "vlan")
        {
            var vlans = await DeviceFilters.Where(context, filter).GroupBy(row => row.Vlan).Select(same => new { same.Key, Count = same.LongCount() }).ToListAsync(cancel);
            return [.. vlans.OrderByDescending(one => one.Count).ThenBy(one => one.Key).Select(one => new ValueCount(one.Key == 0 ? null : one.Key.ToString(CultureInfo.InvariantCulture), one.Count))];
        }
        var counts = await DeviceFilters.Where(context, filter).GroupBy(key).Select(same => new { same.Key, Count = same.LongCount() }).ToListAsync(cancel);
        return [.. counts.OrderByDescending(one => one.Count).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => new ValueCount(one.Key, one.Count))];
    }

    /// <inheritdoc/>
    public async Task<DeviceDetail?> GetAsync(long id, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        if (await ListedAsync(context, id, cancel) is not { } row || (visible is not null && (row.Department is null || !visible.Contains(row.Department)))) return null;
        DeviceDetail detail = await new DeviceAssembly(context, row).ReadAsync(cancel);
        List<PublishedRow> published = await PublishingStore.To(context, row.IpSort).OrderBy(service => service.Row).ToListAsync(cancel);
        detail = detail with { Line = detail.Line with { IsPublished = published.Count > 0 }, Published = [.. published.Select(PublishingStore.ServiceOf)] };
        return detail with { Line = WithFindings(detail.Line, await FindingQueries.OpenOfAsync(context, [row.Id], Now, cancel)) };
    }

    /// <summary>The row of the device that a number stands for now; null when lists show none.</summary>
    internal static async Task<DeviceRow?> ListedAsync(StoreContext context, long id, CancellationToken cancel)
    {
        DeviceRow? row = await context.Set<DeviceRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancel);
        while (row is { MergedInto: not 0 and var into }) row = await context.Set<DeviceRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == into, cancel);
        return row is { IsListed: true } ? row : null;
    }

    /// <summary>By the /24 of IPv4 and the /64 of IPv6 addresses.</summary>
    private static async Task<IReadOnlyList<ValueCount>> ByNetworkAsync(IQueryable<DeviceRow> rows, CancellationToken cancel)
    {
        const string V4 = "00000000000000000000ffff";
        var narrow = await rows.Where(row => row.IpSort.StartsWith(V4)).GroupBy(row => row.IpSort.Substring(0, 30)).Select(same => new { same.Key, Count = same.LongCount() }).ToListAsync(cancel);
        var wide = await rows.Where(row => row.IpSort != "" && !row.IpSort.StartsWith(V4)).GroupBy(row => row.IpSort.Substring(0, 16)).Select(same => new { same.Key, Count = same.LongCount() }).ToListAsync(cancel);
        long without = await rows.LongCountAsync(row => row.IpSort == "", cancel);
        IEnumerable<ValueCount> counts = narrow.Select(one => new ValueCount($"{AddressText.Parse(one.Key + "00")}/24", one.Count)).Concat(wide.Select(one => new ValueCount($"{AddressText.Parse(one.Key.PadRight(32, '0'))}/64", one.Count)));
        return [.. counts.Concat(without == 0 ? [] : [new ValueCount(null, without)]).OrderByDescending(one => one.Count).ThenBy(one => one.Value, StringComparer.Ordinal)];
    }

    /// <summary>Findings are counted when they are asked for: a suppression that ends changes the number without anybody writing it.</summary>
    private static DeviceLine WithFindings(DeviceLine line, IReadOnlyDictionary<long, OpenFindings> open) =>
        open.TryGetValue(line.Id, out OpenFindings findings) ? line with { OpenFindings = findings.Count, WorstSeverity = findings.Worst.Word() } : line with { OpenFindings = 0, WorstSeverity = null };

    private IQueryable<DeviceRow> Ordered(StoreContext context, IQueryable<DeviceRow> rows, SortOrder sort)
    {
        if (sort.Column != "findings") return DeviceFilters.Order(rows, sort);
        IQueryable<FindingRow> open = context.Findings(new FindingFilter { IsOpen = true }, Now);
        return (sort.Descending ? rows.OrderByDescending(row => open.Count(finding => finding.Device == row.Id)) : rows.OrderBy(row => open.Count(finding => finding.Device == row.Id))).ThenBy(row => row.Id);
    }

    /// <summary>Numbers of a page's devices in order, and how many there are. Indexes answer that without the wide rows, which are read for one page only.</summary>
    private async Task<(long[] Numbers, long Total)> NumbersAsync(StoreContext context, IQueryable<DeviceRow> rows, DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        IQueryable<long> ordered = Ordered(context, rows, sort).Select(row => row.Id);
        if (string.IsNullOrWhiteSpace(filter.Text)) return (await ordered.Skip(page.Skip).Take(page.Take).ToArrayAsync(cancel), await rows.LongCountAsync(cancel));
        // Text is looked for in every row: once is enough, for the page and for the count.
        List<long> all = await ordered.ToListAsync(cancel);
        return ([.. all.Skip(page.Skip).Take(page.Take)], all.Count);
    }

    /// <summary>What lists show of a row.</summary>
    internal static DeviceLine LineOf(DeviceRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Type = row.Type,
        TypeConfidence = row.TypeConfidence,
        TypeConfirmedBy = row.TypeConfirmedBy,
        TypeGuess = row.TypeGuess,
        Fingerprint = row.Fingerprint,
        Category = row.Category,
        Vendor = row.Vendor,
        Model = row.Model,
        Department = row.Department,
        Bed = row.Bed,
        Person = row.Person,
        Contact = row.Contact,
        AssetTag = row.AssetTag,
        SerialNumber = row.SerialNumber,
        Ip = AddressText.Parse(row.IpSort),
        Mac = new MacAddress((ulong)row.Mac),
        Vlan = row.Vlan,
        SwitchPort = row.SwitchPort,
        LifeCycle = row.LifeCycle,
        Consequence = row.Consequence,
        HasConflict = row.HasConflict,
        OpenFindings = row.OpenFindings,
        WorstSeverity = row.WorstSeverity,
        FirstSeen = new(row.FirstSeen),
        LastSeen = new(row.LastSeen),
    };
}
