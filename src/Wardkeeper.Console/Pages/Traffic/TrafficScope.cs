using Wardkeeper.Console.Session;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>
/// What a person may see of history, and what the ledger calls its ends. A person limited to departments sees the traffic that one
/// of their devices has at one end; the device at the other end, when it is another department's, is an address without a name to her.
/// </summary>
internal sealed class TrafficScope(Look look)
{
    private IReadOnlySet<long>? visible;
    private bool isKnown;

    /// <summary>Devices whose traffic may be seen; null when all.</summary>
    public async Task<IReadOnlySet<long>?> VisibleAsync(Actor person, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(person);
        if (isKnown || person.Departments is null) return visible;
        visible = await IdsAsync(new DeviceFilter { Visible = person.Departments }, cancel);
        isKnown = true;
        return visible;
    }

    /// <summary>Numbers of all devices that match.</summary>
    public async Task<IReadOnlySet<long>> IdsAsync(DeviceFilter filter, CancellationToken cancel)
    {
        HashSet<long> ids = [];
        for (int page = 1; ; page++)
        {
            Page<DeviceLine> found = await look.Devices.FindAsync(filter, new SortOrder("id"), new PageRequest(page, PageRequest.MaxSize), cancel);
            ids.UnionWith(found.Items.Select(line => line.Id));
            if (found.Items.Count < PageRequest.MaxSize) return ids;
        }
    }

    /// <summary>What lists show of some devices; those the person may not see are missing.</summary>
    public async Task<IReadOnlyDictionary<long, DeviceLine>> LinesAsync(IEnumerable<long?> ids, Actor person, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(person);
        Dictionary<long, DeviceLine> lines = [];
        foreach (long[] some in ids.OfType<long>().Distinct().Chunk(PageRequest.MaxSize))
        {
            DeviceFilter filter = new() { Ids = some, Visible = person.Departments };
            foreach (DeviceLine line in (await look.Devices.FindAsync(filter, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel)).Items) lines[line.Id] = line;
        }
        return lines;
    }

    /// <summary>The number of a device, unless it is hidden from the person.</summary>
    public static long? Shown(long? device, IReadOnlySet<long>? visible) => device is { } number && visible?.Contains(number) == false ? null : device;

    /// <summary>An end without the number of a device that is hidden from the person.</summary>
    public static HistoryEnd Shown(HistoryEnd end, IReadOnlySet<long>? visible) => end with { Device = Shown(end.Device, visible) };
}
