using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Reach;

/// <summary>Reach, counted from what is stored. Only flows that were taken count: what was knocked at and did not answer was not reached.</summary>
internal sealed class ReachQueries(IDeviceQueries devices, IHistoryQueries history, DetectionPath detection) : IReachQueries
{
    private const int MostPairs = 100_000;
    private const long Day = 86_400 * CaptureTime.PerSecond;

    // TCP that was taken, or UDP and others that were answered, in Zeek's words.
    private static readonly string[] Taken = ["SF", "S1", "S2", "S3", "RSTO", "RSTR"];

    /// <inheritdoc/>
    public async Task<DeviceReach?> OfAsync(long device, int days, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        if (await devices.GetAsync(device, visible, cancel) is not { } detail) return null;
        (FlowFilter filter, HistoryRange range) = await LookAsync(days, cancel);
        IReadOnlyList<DevicePair> pairs = await history.PairsAsync(filter with { Device = detail.Line.Id }, MostPairs, cancel);
        Places places = await PlacesAsync(cancel);
        IReadOnlyList<PublishedService> published = places.Published.Where(service => places.Lines.GetValueOrDefault(detail.Line.Id)?.Ip == service.Inside).ToList();
        bool isCut = pairs.Count >= MostPairs;
        return new DeviceReach
        {
            Device = detail.Line.Id,
            Out = Side(pairs.Where(pair => pair.Originator == detail.Line.Id), pair => pair.Responder, places, isCut),
            In = Side(pairs.Where(pair => pair.Responder == detail.Line.Id), pair => pair.Originator, places, isCut),
            Published = published,
            HasPublishing = detection.HasPublishing,
            From = filter.From,
            To = range.Last,
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReachLine>> FurthestAsync(int days, int limit, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        (FlowFilter filter, _) = await LookAsync(days, cancel);
        Places places = await PlacesAsync(cancel);
        Dictionary<long, (HashSet<long> Out, HashSet<long> In)> reached = await ReachedAsync(filter, cancel);
        return [.. reached.Select(one => places.Lines.TryGetValue(one.Key, out DeviceLine? line) ? Line(line, one.Value.Out, one.Value.In, places) : null).OfType<ReachLine>()
            .Where(line => visible is null || (line.Department is { } department && visible.Contains(department)))
            .OrderByDescending(line => line.Zones.Count).ThenByDescending(line => line.Reaches).ThenBy(line => line.Device).Take(limit)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<VendorReach>> HeldAsync(int days, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        (FlowFilter filter, _) = await LookAsync(days, cancel);
        Places places = await PlacesAsync(cancel);
        Dictionary<long, (HashSet<long> Out, HashSet<long> In)> reached = await ReachedAsync(filter, cancel);
        HashSet<long> worked = [];
        await foreach (RemoteAccess one in EveryPage.OfAsync(page => history.RemoteAccessAsync(new FlowFilter { From = filter.From }, new SortOrder("last", true), page, cancel)).WithCancellation(cancel))
        {
            if (one.Responder.Device is { } device && !detection.Known.Local.Contains(one.Originator.Ip)) worked.Add(device);
        }
        List<(string? Vendor, HeldAddress Address, HashSet<long> To)> held = [];
        foreach (DeviceLine line in places.Lines.Values.Where(line => visible is null || (line.Department is { } department && visible.Contains(department))))
        {
            string? pool = line.Ip.IsNone ? null : detection.Known.Site.Within(line.Ip)?.Vendor;
            List<HeldBy> by = [];
            if (pool is not null) by.Add(HeldBy.Vpn);
            if (line.IsPublished) by.Add(HeldBy.Published);
            if (worked.Contains(line.Id)) by.Add(HeldBy.Remote);
            if (by.Count == 0) continue;
            (HashSet<long> to, HashSet<long> from) = reached.TryGetValue(line.Id, out var sides) ? sides : ([], []);
            held.Add((pool ?? HolderOf(line), new HeldAddress(Line(line, to, from, places), by), to));
        }
        return [.. held.GroupBy(one => one.Vendor ?? "", StringComparer.OrdinalIgnoreCase).Select(same => VendorOf(same.Key, [.. same], places))
            .OrderByDescending(one => one.Zones.Count).ThenByDescending(one => one.Reaches).ThenBy(one => one.Vendor, StringComparer.Ordinal)];
    }

    /// <summary>Who maintains a device is its maker, unless what it is made of bears another's name: a server's maker does not hold what runs on it.</summary>
    private static string? HolderOf(DeviceLine line) => line.Vendor is { } vendor && !KnowledgeBase.InForce.IsOfOthers(vendor) ? vendor : null;

    private static VendorReach VendorOf(string vendor, (string? Vendor, HeldAddress Address, HashSet<long> To)[] held, Places places)
    {
        HashSet<long> together = [.. held.SelectMany(one => one.To)];
        return new VendorReach(
            vendor.Length == 0 ? null : vendor,
            [.. held.Select(one => one.Address).OrderByDescending(one => one.Line.Zones.Count).ThenByDescending(one => one.Line.Reaches).ThenBy(one => one.Line.Device)],
            together.Count,
            places.Lines.Count,
            places.ZonesOf(together),
            places.Zones.Keys.Count(zone => zone.Length > 0));
    }

    /// <summary>Whom each device opened connections to, and who to it.</summary>
    private async Task<Dictionary<long, (HashSet<long> Out, HashSet<long> In)>> ReachedAsync(FlowFilter filter, CancellationToken cancel)
    {
        Dictionary<long, (HashSet<long> Out, HashSet<long> In)> reached = [];
        (HashSet<long> Out, HashSet<long> In) Of(long id) => reached.TryGetValue(id, out var sides) ? sides : reached[id] = ([], []);
        foreach (DevicePair pair in await history.PairsAsync(filter, MostPairs, cancel))
        {
            if (pair.Originator is not { } from || pair.Responder is not { } to || from == to) continue;
            Of(from).Out.Add(to);
            Of(to).In.Add(from);
        }
        return reached;
    }

    private static ReachLine Line(DeviceLine line, HashSet<long> to, HashSet<long> from, Places places) =>
        new(line.Id, line.Name, line.Type, line.Department, line.Vendor, line.Ip, to.Count, places.ZonesOf(to), from.Count, places.ZonesOf(from), line.IsPublished);

    private static ReachedSide Side(IEnumerable<DevicePair> pairs, Func<DevicePair, long?> peer, Places places, bool isCut)
    {
        Dictionary<long, SortedSet<string>> seen = [];
        int outside = 0;
        foreach (DevicePair pair in pairs)
        {
            if (peer(pair) is not { } id || !places.Lines.ContainsKey(id))
            {
                outside++;
                continue;
            }
            if (!seen.TryGetValue(id, out SortedSet<string>? protocols)) seen[id] = protocols = new SortedSet<string>(StringComparer.Ordinal);
            protocols.UnionWith(pair.Protocol.Split(','));
        }
        IReadOnlyList<ReachedGroup> By(Func<DeviceLine, string?> group, Dictionary<string, int> all) => [.. seen.GroupBy(one => group(places.Lines[one.Key]) ?? "", StringComparer.Ordinal)
            .Select(same => new ReachedGroup(same.Key.Length == 0 ? null : same.Key, same.Count(), all.GetValueOrDefault(same.Key), [.. same.SelectMany(one => one.Value).Distinct().Order(StringComparer.Ordinal)]))
            .OrderByDescending(one => one.Devices).ThenBy(one => one.Name, StringComparer.Ordinal)];
        return new ReachedSide(seen.Count, outside, By(places.ZoneOf, places.Zones), By(line => line.Department, places.Departments), isCut);
    }

    private async Task<(FlowFilter Filter, HistoryRange Range)> LookAsync(int days, CancellationToken cancel)
    {
        HistoryRange range = await history.RangeAsync(cancel);
        return (new FlowFilter { From = range.Last is { } last ? new CaptureTime(last.Nanoseconds - (days * Day)) : null, States = Taken }, range);
    }

    private async Task<Places> PlacesAsync(CancellationToken cancel)
    {
        Dictionary<long, DeviceLine> lines = [];
        for (int page = 1; ; page++)
        {
            Page<DeviceLine> found = await devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(page, PageRequest.MaxSize), cancel);
            foreach (DeviceLine line in found.Items) lines[line.Id] = line;
            if (found.Items.Count < PageRequest.MaxSize) return new Places(lines, detection.Known);
        }
    }

    /// <summary>The ledger by zones and departments.</summary>
    private sealed class Places(Dictionary<long, DeviceLine> lines, Knowledge known)
    {
        public Dictionary<long, DeviceLine> Lines => lines;

        public IReadOnlyList<PublishedService> Published => known.Published.All;

        public Dictionary<string, int> Zones { get; } = lines.Values.GroupBy(line => line.Ip.IsNone ? "" : known.ZoneOf(line.Ip), StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Count(), StringComparer.Ordinal);

        public Dictionary<string, int> Departments { get; } = lines.Values.GroupBy(line => line.Department ?? "", StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Count(), StringComparer.Ordinal);

        public string? ZoneOf(DeviceLine line) => line.Ip.IsNone ? null : known.ZoneOf(line.Ip);

        public IReadOnlyList<string> ZonesOf(IEnumerable<long> ids) => [.. ids.Select(id => lines.TryGetValue(id, out DeviceLine? line) ? ZoneOf(line) : null).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
    }
}
