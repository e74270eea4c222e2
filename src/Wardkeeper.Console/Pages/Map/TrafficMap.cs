using Wardkeeper.Console.Pages.Devices;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Console.Pages.Map;

/// <summary>
/// Who talks to whom by groups, bounded whatever the hospital's size: the groups with most bytes, the devices of one opened group,
/// the links with most bytes; what is beyond is counted as "other". Equal traffic gives an equal map: groups stand in the order of
/// their names, never in that of their bytes.
/// </summary>
public sealed class TrafficMap
{
    /// <summary>Most groups shown.</summary>
    public const int MostGroups = 40;

    /// <summary>Most devices shown of the opened group.</summary>
    public const int MostDevices = 150;

    /// <summary>Most links shown.</summary>
    public const int MostLinks = 400;

    private TrafficMap(IReadOnlyList<MapNode> nodes, IReadOnlyList<MapLink> links) => (Nodes, Links) = (nodes, links);

    /// <summary>Nodes in the order in which they stand; what is no device and "other" last.</summary>
    public IReadOnlyList<MapNode> Nodes { get; }

    /// <summary>Links, most bytes first. Each pair of nodes stands once.</summary>
    public IReadOnlyList<MapLink> Links { get; }

    /// <summary>Links that are not shown.</summary>
    public int MoreLinks { get; private init; }

    /// <summary>Devices that talk only within their group.</summary>
    public int OnlyInside { get; private init; }

    /// <summary>Makes the map.</summary>
    /// <param name="pairs">Who talked to whom.</param>
    /// <param name="lines">Devices by number; a device that is missing is shown as none.</param>
    /// <param name="query">How to group.</param>
    /// <param name="name">What a group or a device is called; decides the order.</param>
    public static TrafficMap Of(IReadOnlyList<DevicePair> pairs, IReadOnlyDictionary<long, DeviceLine> lines, MapQuery query, Func<MapNode, string> name)
    {
        Dictionary<MapNode, long> bytes = [];
        Dictionary<(MapNode, MapNode), Sum> sums = [];
        HashSet<long> inside = [], across = [];
        foreach (DevicePair pair in pairs)
        {
            MapNode a = NodeOf(pair.Originator, lines, query), b = NodeOf(pair.Responder, lines, query);
            foreach (long id in new[] { pair.Originator, pair.Responder }.OfType<long>()) (a == b ? inside : across).Add(id);
            if (query.IsCrossingOnly && a == b) continue;
            bytes[a] = bytes.GetValueOrDefault(a) + pair.Bytes;
            if (a != b) bytes[b] = bytes.GetValueOrDefault(b) + pair.Bytes;
            (MapNode, MapNode) key = StringComparer.Ordinal.Compare(a.Id, b.Id) <= 0 ? (a, b) : (b, a);
            if (!sums.TryGetValue(key, out Sum? sum)) sums[key] = sum = new Sum();
            sum.Bytes += pair.Bytes;
            sum.Flows += pair.Flows;
            foreach (string protocol in pair.Protocol.Split(',')) sum.Protocols[protocol] = sum.Protocols.GetValueOrDefault(protocol) + pair.Bytes;
        }
        IEnumerable<MapNode> Largest(bool devices, int most) => bytes.Where(one => one.Key.Device is not null == devices).OrderByDescending(one => one.Value).ThenBy(one => one.Key.Id, StringComparer.Ordinal).Take(most).Select(one => one.Key);
        HashSet<MapNode> kept = [.. Largest(false, MostGroups), .. Largest(true, MostDevices)];
        MapNode other = MapNode.Other(bytes.Count - kept.Count);
        List<MapNode> nodes = [.. kept.OrderBy(node => node.Group.IsOutside).ThenBy(name, StringComparer.Ordinal).ThenBy(node => node.Id, StringComparer.Ordinal)];
        if (other.Count > 0) nodes.Add(other);
        Dictionary<MapNode, int> places = nodes.Select((node, i) => (node, i)).ToDictionary(pair => pair.node, pair => pair.i);
        List<MapLink> links = [.. sums.Select(one => (A: Place(one.Key.Item1), B: Place(one.Key.Item2), one.Value))
            .GroupBy(one => (Math.Min(one.A, one.B), Math.Max(one.A, one.B)))
            .Select(same => new MapLink(nodes[same.Key.Item1], nodes[same.Key.Item2], same.Sum(one => one.Value.Bytes), same.Sum(one => one.Value.Flows),
                [.. same.SelectMany(one => one.Value.Protocols).GroupBy(one => one.Key, one => one.Value).OrderByDescending(one => one.Sum()).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Key)]))
            .OrderByDescending(link => link.Bytes).ThenBy(link => link.A.Id, StringComparer.Ordinal).ThenBy(link => link.B.Id, StringComparer.Ordinal)];
        return new TrafficMap(nodes, [.. links.Take(MostLinks)]) { MoreLinks = Math.Max(0, links.Count - MostLinks), OnlyInside = inside.Except(across).Count() };

        int Place(MapNode node) => places.TryGetValue(node, out int place) ? place : places[other];
    }

    private static MapNode NodeOf(long? device, IReadOnlyDictionary<long, DeviceLine> lines, MapQuery query)
    {
        DeviceLine? line = device is { } id ? lines.GetValueOrDefault(id) : null;
        DeviceGroup group = DeviceGroup.Of(line, query.Columns);
        return new MapNode(group, line is not null && group == query.Opened ? line.Id : null);
    }

    private sealed class Sum
    {
        public long Bytes { get; set; }

        public long Flows { get; set; }

        public Dictionary<string, long> Protocols { get; } = [];
    }
}

/// <summary>A place on the map: a group, a device of the opened group, or all that is not shown.</summary>
/// <param name="Group">The group.</param>
/// <param name="Device">The device, when it stands by itself.</param>
/// <param name="Count">How many groups and devices are not shown; only for "other".</param>
public sealed record MapNode(DeviceGroup Group, long? Device, int Count = 0)
{
    /// <summary>A text that tells it from all others.</summary>
    public string Id => IsOther ? "other" : Device is { } id ? "D-" + id.ToString(System.Globalization.CultureInfo.InvariantCulture) : Group.ToString();

    /// <summary>Whether it is what is not shown.</summary>
    public bool IsOther => Count > 0;

    /// <summary>All that is not shown.</summary>
    public static MapNode Other(int count) => new(DeviceGroup.Outside, null, count);

    /// <summary>Address of the devices it stands for; null when there is none.</summary>
    public string? Devices() => IsOther || Group.IsOutside ? null : Device is { } id ? $"/devices/{id}" : DevicesQuery.Of(Group.Filter());
}

/// <summary>Traffic between two places, or within one.</summary>
/// <param name="A">One.</param>
/// <param name="B">The other.</param>
/// <param name="Bytes">Payload bytes.</param>
/// <param name="Flows">Flows.</param>
/// <param name="Protocols">Protocols, most bytes first.</param>
public sealed record MapLink(MapNode A, MapNode B, long Bytes, long Flows, IReadOnlyList<string> Protocols)
{
    /// <summary>Whether it crosses from one group to another.</summary>
    public bool IsCrossing => A != B;

    /// <summary>The view of exactly this traffic; null when "other" is part of it.</summary>
    public string? Traffic(MapQuery map)
    {
        if (A.IsOther || B.IsOther) return null;
        TrafficQuery query = TrafficQuery.All with { Range = map.Range, Protocols = map.Protocols };
        (MapNode one, MapNode two) = A.Device is null && B.Device is not null ? (B, A) : (A, B);
        query = one.Device is { } id ? query with { Device = id } : query with { Group = one.Group };
        query = two.Device is { } peer ? query with { Peer = peer } : query with { PeerGroup = two.Group };
        return query.Address();
    }
}
