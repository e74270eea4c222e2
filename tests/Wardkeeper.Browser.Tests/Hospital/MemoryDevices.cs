using System.Net;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>Answers the console's questions from devices in memory, so that pages can be tested without a store.</summary>
internal sealed class MemoryDevices(IReadOnlyList<DeviceDetail> devices) : IDeviceQueries
{
    private readonly Lock gate = new();
    private readonly List<DeviceDetail> all = [.. devices];

    /// <summary>Fails every question with this, when set.</summary>
    public Exception? Broken { get; set; }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (gate) return all.Count;
        }
    }

    /// <summary>Number of the first life-supporting device.</summary>
    public long LifeSupport
    {
        get
        {
            lock (gate) return all.First(one => one.Line.Consequence is not null).Line.Id;
        }
    }

    /// <summary>Adds a copy of the last device under another name, seen a minute after everything else.</summary>
    public void AddLater(string name)
    {
        lock (gate)
        {
            CaptureTime at = new(all.Max(one => one.Line.LastSeen).Nanoseconds + (60 * CaptureTime.PerSecond));
            all.Add(all[^1] with { Line = all[^1].Line with { Id = all.Count + 1, Name = name, FirstSeen = at, LastSeen = at } });
        }
    }

    public Task<Page<DeviceLine>> FindAsync(DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        DeviceLine[] found = [.. Matching(filter).Select(one => one.Line)];
        IOrderedEnumerable<DeviceLine> sorted = sort.Column switch
        {
            "ip" => Order(found, line => line.Ip, sort.Descending),
            "first-seen" => Order(found, line => line.FirstSeen, sort.Descending),
            "last-seen" => Order(found, line => line.LastSeen, sort.Descending),
            "id" => Order(found, line => line.Id, sort.Descending),
            "findings" => Order(found, line => line.OpenFindings, sort.Descending),
            _ => Order(found, line => Column(sort.Column, line) ?? "\uffff", sort.Descending),
        };
        return Task.FromResult(new Page<DeviceLine>([.. sorted.ThenBy(line => line.Id).Skip(page.Skip).Take(page.Take)], found.Length, AsOf()));
    }

    public Task<long> CountAsync(DeviceFilter filter, CancellationToken cancel = default) => Task.FromResult((long)Matching(filter).Count());

    public Task<IReadOnlyList<ValueCount>> CountByAsync(string column, DeviceFilter filter, CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<ValueCount>>(
        [.. Matching(filter).GroupBy(one => Column(column, one.Line)).Select(same => new ValueCount(same.Key, same.Count())).OrderByDescending(count => count.Count).ThenBy(count => count.Value, StringComparer.Ordinal)]);

    public Task<DeviceDetail?> GetAsync(long id, IReadOnlySet<string>? visible = null, CancellationToken cancel = default) =>
        Task.FromResult(Matching(new DeviceFilter { Visible = visible }).FirstOrDefault(one => one.Line.Id == id));

    private static IOrderedEnumerable<DeviceLine> Order<T>(DeviceLine[] lines, Func<DeviceLine, T> by, bool descending) => descending ? lines.OrderByDescending(by) : lines.OrderBy(by);

    private static string? Column(string column, DeviceLine line) => column switch
    {
        "name" => line.Name,
        "type" => line.Type,
        "category" => line.Category,
        "department" => line.Department,
        "bed" => line.Bed,
        "vendor" => line.Vendor,
        "model" => line.Model,
        "person" => line.Person,
        "life-cycle" => line.LifeCycle,
        "vlan" => line.Vlan == 0 ? null : line.Vlan.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"no column {column}", nameof(column)),
    };

    private static bool In(IReadOnlyList<string> asked, string? value, string none = "") => asked.Count == 0 || asked.Contains(value ?? none);

    private CaptureTime? AsOf()
    {
        lock (gate) return all.Count == 0 ? null : all.Max(one => one.Line.LastSeen);
    }

    private IEnumerable<DeviceDetail> Matching(DeviceFilter f)
    {
        if (Broken is { } failure) throw failure;
        DeviceDetail[] snapshot;
        lock (gate) snapshot = [.. all];
        return snapshot.Where(one => one.Line is { } line
            && (f.Visible is null || (line.Department is not null && f.Visible.Contains(line.Department)))
            && (f.Text is null || Said(line).Any(text => text.Contains(f.Text, StringComparison.OrdinalIgnoreCase)))
            && (f.Ids.Count == 0 || f.Ids.Contains(line.Id))
            && In(f.Types, line.Type, "unknown") && In(f.Categories, line.Category, "unknown") && In(f.Departments, line.Department) && In(f.Vendors, line.Vendor)
            && In(f.Persons, line.Person) && In(f.LifeCycles, line.LifeCycle)
            && (f.Vlans.Count == 0 || f.Vlans.Contains(line.Vlan))
            && (f.Subnets.Count == 0 || f.Subnets.Any(net => !line.Ip.IsNone && IPNetwork.Parse(net).Contains(IPAddress.Parse(line.Ip.ToString()))))
            && (f.Ports.Count == 0 || one.Offers.Any(offer => f.Ports.Contains(offer.Port)))
            && (f.Protocols.Count == 0 || one.Offers.Concat(one.Uses).Any(service => service.Protocol?.Split(',').Intersect(f.Protocols).Any() == true))
            && (f.HasConflict is null || f.HasConflict == line.HasConflict)
            && (f.IsLifeSupport is null || f.IsLifeSupport == (line.Consequence == "death-or-serious-injury"))
            && f.IsRetiredButAlive != true
            && (f.FirstSeenSince is not { } first || line.FirstSeen >= first)
            && (f.LastSeenSince is not { } last || line.LastSeen >= last));
    }

    private static IEnumerable<string> Said(DeviceLine line) =>
        new[] { line.Name, line.Ip.ToString(), line.Mac.ToString(), line.AssetTag, line.SerialNumber, line.Bed, line.Person }.OfType<string>();
}
