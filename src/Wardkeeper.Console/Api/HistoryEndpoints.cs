using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Console.Session;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>
/// Flows, transactions and what follows from them. Without a time the whole history is asked; payload is not kept and never
/// answered. A viewer limited to departments gets the traffic of their devices, and the other end without its number.
/// </summary>
internal static class HistoryEndpoints
{
    private const int MostPeers = 10_000, MostPairs = 100_000, LeastBucket = 1, LongestBucket = 31 * 86_400;

    public static readonly string[] EndKeys = [Look.Key, "from", "to", "text", "device", "address", "peerDevice", "peer", "directed", "group", "peerGroup", "port", "uid", "sensor", "notDevice", "notAddress", "notPort"];

    public static readonly string[] SaidKeys = [.. EndKeys, "log", "status", "field", "failed", "notLog", "notStatus"];

    public static readonly string[] FlowKeys = [.. EndKeys, "protocol", "transport", "state", "communityId", "minBytes", "notProtocol", "notState"];

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("").WithTags("history");
        ApiQuery.Take(group.MapGet("/history", (Look look, CancellationToken cancel) => look.History.RangeAsync(cancel)).WithSummary("From when to when there is history"), Look.Key);
        ApiQuery.Take(group.MapGet("/flows", FlowsAsync).WithSummary("Flows"), ["page", "pageSize", "sort", .. FlowKeys]);
        ApiQuery.Take(group.MapGet("/transactions", TransactionsAsync).WithSummary("Transactions of all protocols"), ["page", "pageSize", "sort", .. SaidKeys]);
        ApiQuery.Take(group.MapGet("/logs", LogsAsync).WithSummary("Which logs have transactions that match, how many, first and last: has this ever happened?"), SaidKeys);
        ApiQuery.Take(group.MapGet("/activity", ActivityAsync).WithSummary("Bytes, packets and flows over time by protocol"), ["bucket", .. FlowKeys]);
        ApiQuery.Take(group.MapGet("/peers", PeersAsync).WithSummary("Whom a device talked to, most bytes first"), ["limit", .. FlowKeys]);
        ApiQuery.Take(group.MapGet("/pairs", PairsAsync).WithSummary("Which devices talked to which, most bytes first"), ["limit", .. FlowKeys]);
    }

    private static async Task<Page<HistoryFlow>> FlowsAsync(HttpContext context, Look look, TrafficScope scope, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        (PageRequest page, SortOrder sort) = (query.Page(), query.Sort("-time", [.. TrafficQuery.FlowOrders]));
        FlowFilter filter = await FilterAsync(query, mistakes, context, scope, cancel);
        Page<HistoryFlow> found = await look.History.FlowsAsync(filter, sort, page, cancel);
        return found with { Items = [.. found.Items.Select(flow => flow with { Originator = TrafficScope.Shown(flow.Originator, filter.Visible), Responder = TrafficScope.Shown(flow.Responder, filter.Visible) })] };
    }

    private static async Task<Page<TransactionAnswer>> TransactionsAsync(HttpContext context, Look look, TrafficScope scope, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        (PageRequest page, SortOrder sort) = (query.Page(), query.Sort("-time", [.. TrafficQuery.TransactionOrders]));
        TransactionFilter filter = await SaidAsync(query, mistakes, context, scope, cancel);
        Page<HistoryTransaction> found = await look.History.TransactionsAsync(filter, sort, page, cancel);
        return new Page<TransactionAnswer>([.. found.Items.Select(row => TransactionAnswer.Of(row, filter.Visible))], found.Total, found.AsOf);
    }

    private static async Task<IReadOnlyList<LogSeen>> LogsAsync(HttpContext context, Look look, TrafficScope scope, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        return await look.History.LogsAsync(await SaidAsync(new ApiQuery(context.Request, mistakes), mistakes, context, scope, cancel), cancel);
    }

    private static async Task<ActivityAnswer> ActivityAsync(HttpContext context, Look look, TrafficScope scope, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        int asked = query.Number("bucket", 0, LeastBucket, LongestBucket);
        FlowFilter filter = await FilterAsync(query, mistakes, context, scope, cancel);
        HistoryRange range = await look.History.RangeAsync(cancel);
        TimeSpan width = asked > 0 ? TimeSpan.FromSeconds(asked)
            : (filter.From ?? range.First) is { } from && (filter.To ?? range.Last) is { } to ? Activity.Width(from, to) : TimeSpan.FromMinutes(1);
        return new ActivityAnswer((long)width.TotalSeconds, await look.History.ActivityAsync(filter, width, cancel));
    }

    private static async Task<IReadOnlyList<Peer>> PeersAsync(HttpContext context, Look look, TrafficScope scope, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        int limit = query.Number("limit", 500, 1, MostPeers);
        long? device = Number(query, "device", mistakes);
        mistakes.Require(query.Text("device") is not null, "device", "required", "device is the number of the device whose peers are asked for.");
        FlowFilter filter = await FilterAsync(query, mistakes, context, scope, cancel);
        if (await look.Devices.GetAsync(device!.Value, context.User.ToActor()!.Departments, cancel) is null) throw Problems.Missing("device");
        return [.. (await look.History.PeersAsync(device.Value, filter, limit, cancel)).Select(peer => peer with { Device = TrafficScope.Shown(peer.Device, filter.Visible) })];
    }

    private static async Task<IReadOnlyList<DevicePair>> PairsAsync(HttpContext context, Look look, TrafficScope scope, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        int limit = query.Number("limit", 1_000, 1, MostPairs);
        FlowFilter filter = await FilterAsync(query, mistakes, context, scope, cancel);
        return [.. (await look.History.PairsAsync(filter, limit, cancel)).Select(pair => pair with { Originator = TrafficScope.Shown(pair.Originator, filter.Visible), Responder = TrafficScope.Shown(pair.Responder, filter.Visible) })];
    }

    /// <summary>The transactions that a request asks for.</summary>
    public static async Task<TransactionFilter> SaidAsync(ApiQuery query, Mistakes mistakes, HttpContext context, TrafficScope scope, CancellationToken cancel)
    {
        FlowFilter ends = await EndsAsync(query, mistakes, context, scope, cancel);
        TransactionFilter filter = new()
        {
            From = ends.From,
            To = ends.To,
            Text = ends.Text,
            Device = ends.Device,
            Address = ends.Address,
            PeerDevice = ends.PeerDevice,
            Peer = ends.Peer,
            IsDirected = ends.IsDirected,
            Group = ends.Group,
            PeerGroup = ends.PeerGroup,
            Port = ends.Port,
            Uid = ends.Uid,
            Sensor = ends.Sensor,
            Visible = ends.Visible,
            Logs = query.Texts("log"),
            Statuses = query.Texts("status"),
            Fields = [.. query.Texts("field").Select(text => Field(text, mistakes)).OfType<RowValue>()],
            IsFailed = query.Flag("failed") == true,
            Without = ends.Without with { Protocols = query.Texts("notLog"), States = query.Texts("notStatus") },
        };
        mistakes.ThrowIfAny();
        return filter;
    }

    /// <summary>The flows that a request asks for.</summary>
    public static async Task<FlowFilter> FilterAsync(ApiQuery query, Mistakes mistakes, HttpContext context, TrafficScope scope, CancellationToken cancel)
    {
        FlowFilter ends = await EndsAsync(query, mistakes, context, scope, cancel);
        FlowFilter filter = ends with
        {
            Protocols = query.Texts("protocol"),
            Transports = query.Texts("transport"),
            States = query.Texts("state"),
            CommunityId = query.Text("communityId"),
            MinBytes = Number(query, "minBytes", mistakes),
            Without = ends.Without with { Protocols = query.Texts("notProtocol"), States = query.Texts("notState") },
        };
        mistakes.ThrowIfAny();
        return filter;
    }

    /// <summary>What flows and transactions are both asked by.</summary>
    private static async Task<FlowFilter> EndsAsync(ApiQuery query, Mistakes mistakes, HttpContext context, TrafficScope scope, CancellationToken cancel)
    {
        Actor actor = context.User.ToActor()!;
        FlowFilter filter = new()
        {
            From = query.Time("from"),
            To = query.Time("to"),
            Text = query.Text("text"),
            Device = Number(query, "device", mistakes),
            Address = Ip(query.Text("address"), "address", mistakes),
            PeerDevice = Number(query, "peerDevice", mistakes),
            Peer = Ip(query.Text("peer"), "peer", mistakes),
            IsDirected = query.Flag("directed") == true,
            Port = query.Text("port") is null ? null : query.Number("port", 0, 0, 65_535),
            Uid = query.Text("uid"),
            Sensor = query.Text("sensor"),
            Without = new Excluded
            {
                Devices = [.. query.Texts("notDevice").Select(text => Number(text, "notDevice", mistakes)).OfType<long>()],
                Addresses = [.. query.Texts("notAddress").Select(text => Ip(text, "notAddress", mistakes)).OfType<Address>()],
                Ports = [.. query.Texts("notPort").Select(text => Number(text, "notPort", mistakes)).OfType<long>().Where(port => port <= 65_535).Select(port => (int)port)],
            },
        };
        DeviceGroup? group = Group(query, "group", mistakes), peers = Group(query, "peerGroup", mistakes);
        mistakes.ThrowIfAny();
        return filter with
        {
            Visible = await scope.VisibleAsync(actor, cancel),
            Group = group is null ? null : await group.EndsAsync(scope, actor.Departments, cancel),
            PeerGroup = peers is null ? null : await peers.EndsAsync(scope, actor.Departments, cancel),
        };
    }

    private static DeviceGroup? Group(ApiQuery query, string key, Mistakes mistakes)
    {
        if (query.Text(key) is not { } text) return null;
        if (DeviceGroup.TryParse(text, out DeviceGroup group)) return group;
        mistakes.Add(key, "group-form", $"{key} must be unknown, or such as department:icu,category:infusion; columns are {string.Join(", ", DeviceGroup.Columns)}.");
        return null;
    }

    private static RowValue? Field(string text, Mistakes mistakes)
    {
        RowValue? field = RowValue.Parse(text);
        mistakes.Require(field is not null, "field", "field-form", "field must be the name of a field and its value, such as calling_ae:CT_1; without a value it asks for rows that lack the field.");
        return field;
    }

    private static long? Number(ApiQuery query, string key, Mistakes mistakes) => query.Text(key) is { } text ? Number(text, key, mistakes) : null;

    private static long? Number(string text, string key, Mistakes mistakes)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) return number;
        mistakes.Add(key, "number-form", $"{key} must be a whole number.");
        return null;
    }

    private static Address? Ip(string? text, string key, Mistakes mistakes)
    {
        if (text is null) return null;
        if (Address.TryParse(text, out Address ip)) return ip;
        mistakes.Add(key, "address-form", $"{key} must be an IPv4 or IPv6 address.");
        return null;
    }
}

/// <summary>Activity with the width of its spans.</summary>
/// <param name="BucketSeconds">Width of a span.</param>
/// <param name="Buckets">Spans with traffic.</param>
internal sealed record ActivityAnswer(long BucketSeconds, IReadOnlyList<ActivityBucket> Buckets);

/// <summary>A transaction as the API writes it: its row as an object instead of text.</summary>
/// <param name="At">When it began.</param>
/// <param name="Uid">The flow it was said in.</param>
/// <param name="Log">The log it belongs to.</param>
/// <param name="Originator">The end that opened the flow.</param>
/// <param name="Responder">The end that was addressed.</param>
/// <param name="Status">How it ended.</param>
/// <param name="What">What was said, in short.</param>
/// <param name="Fields">The row.</param>
/// <param name="Sensor">The sensor.</param>
internal sealed record TransactionAnswer(CaptureTime At, string? Uid, string Log, HistoryEnd Originator, HistoryEnd Responder, string? Status, string? What, JsonElement Fields, string Sensor)
{
    public static TransactionAnswer Of(HistoryTransaction row, IReadOnlySet<long>? visible)
    {
        using JsonDocument fields = JsonDocument.Parse(row.Json);
        return new TransactionAnswer(row.At, row.Uid, row.Log, TrafficScope.Shown(row.Originator, visible), TrafficScope.Shown(row.Responder, visible), row.Status, row.What, fields.RootElement.Clone(), row.Sensor);
    }
}
