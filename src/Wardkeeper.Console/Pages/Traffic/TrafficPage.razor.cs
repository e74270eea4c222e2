using System.Globalization;
using System.Text.Json;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>Flows and transactions: what exactly was said? Payload is not kept and never shown. Time, filter, order and open row are the address.</summary>
public sealed partial class TrafficPage
{
    private static readonly SortOrder Latest = new("time", true);
    private readonly Dictionary<long, DeviceLine> lines = [];
    private TrafficQuery query = TrafficQuery.All;
    private Actor? person;
    private CaptureTime? newest, begin, elsewhere;
    private FlowFilter flows = new();
    private TransactionFilter transactions = new();
    private IReadOnlyList<FilterChip> chips = [];
    private IReadOnlyList<LedgerColumn<FlowLine>> flowColumns = [];
    private IReadOnlyList<LedgerColumn<TransactionLine>> transactionColumns = [];
    private IReadOnlyList<AreaSeries> series = [];
    private IReadOnlyList<AreaPoint> points = [];
    private string? asked;
    private Exception? failure;
    private bool isRead;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = TrafficQuery.Read(address);
        flowColumns = FlowColumns();
        transactionColumns = TransactionColumns();
        string source = query.Address(new TableView());
        try
        {
            person ??= Look.Reader(await Viewer.ActorAsync());
            if (source != asked || failure is not null)
            {
                await AskAsync(cancel);
                asked = source;
            }
            await NameAsync([query.Device, query.Peer, .. query.Without.Devices.Select(one => (long?)one)], cancel);
            chips = query.Chips(W, F, id => lines.GetValueOrDefault(id)?.Name ?? Formats.DeviceNumber(id));
            (failure, isRead) = (null, true);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
    }

    /// <summary>Settles what is asked for, and reads the activity.</summary>
    private async Task AskAsync(CancellationToken cancel)
    {
        HistoryRange range = await History.RangeAsync(cancel);
        newest = range.Last;
        query = query with { Range = query.Range with { First = range.First } };
        begin = query.Begin(newest);
        IReadOnlySet<long>? visible = await Scope.VisibleAsync(person!, cancel);
        EndGroup? group = query.Group is null ? null : await query.Group.EndsAsync(Scope, person!.Departments, cancel);
        EndGroup? peers = query.PeerGroup is null ? null : await query.PeerGroup.EndsAsync(Scope, person!.Departments, cancel);
        flows = query.Flows(newest) with { Visible = visible, Group = group, PeerGroup = peers };
        transactions = query.Transactions(newest) with { Visible = visible, Group = group, PeerGroup = peers };
        if (query.IsTransactions || begin is not { } from || (query.To ?? newest) is not { } to || to < from)
        {
            (series, points) = ([], []);
            return;
        }
        TimeSpan width = Activity.Width(from, to);
        IReadOnlyList<ActivityBucket> buckets = await History.ActivityAsync(flows, width, cancel);
        (series, points) = Activity.Areas(buckets, from, to, width, protocol => protocol is null ? T["protocols.other"] : protocol == "-" ? W["protocol.none"] : protocol,
            (first, end) => (query.First() with { From = first, To = end }).Address());
    }

    private async Task<Page<FlowLine>> LoadFlowsAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<HistoryFlow> found = await History.FlowsAsync(flows, sort, page, cancel);
        elsewhere = found.Total > 0 || newest is null ? null : (await History.FlowsAsync(flows with { From = null, To = null }, Latest, new PageRequest(1, 1), cancel)).Items is [{ } one] ? one.At : null;
        Keys keys = new();
        FlowLine[] rows = [.. found.Items.Select(flow => flow with { Originator = TrafficScope.Shown(flow.Originator, flows.Visible), Responder = TrafficScope.Shown(flow.Responder, flows.Visible) })
            .Select(flow => new FlowLine(keys.Of(flow.Uid, flow.At), flow))];
        await NameAsync(rows.SelectMany(row => new[] { row.Flow.Originator.Device, row.Flow.Responder.Device }), cancel);
        return new Page<FlowLine>(rows, found.Total, newest);
    }

    private async Task<Page<TransactionLine>> LoadTransactionsAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<HistoryTransaction> found = await History.TransactionsAsync(transactions, sort, page, cancel);
        elsewhere = found.Total > 0 || newest is null ? null : (await History.TransactionsAsync(transactions with { From = null, To = null }, Latest, new PageRequest(1, 1), cancel)).Items is [{ } one] ? one.At : null;
        Keys keys = new();
        TransactionLine[] rows = [.. found.Items.Select(row => row with { Originator = TrafficScope.Shown(row.Originator, transactions.Visible), Responder = TrafficScope.Shown(row.Responder, transactions.Visible) })
            .Select(row => new TransactionLine(keys.Of(row.Uid ?? row.Log, row.At), row))];
        await NameAsync(rows.SelectMany(row => new[] { row.Row.Originator.Device, row.Row.Responder.Device }), cancel);
        return new Page<TransactionLine>(rows, found.Total, newest);
    }

    // Rows are written when a flow ends, with the time at which it began: later than the newest is not what is new, more of them is.
    private async Task<long> CountNewerFlowsAsync(Page<FlowLine> shown, CancellationToken cancel) =>
        query.To is not null ? 0 : Math.Max(0, (await History.FlowsAsync(flows, Latest, new PageRequest(1, 1), cancel)).Total - shown.Total);

    private async Task<long> CountNewerTransactionsAsync(Page<TransactionLine> shown, CancellationToken cancel) =>
        query.To is not null ? 0 : Math.Max(0, (await History.TransactionsAsync(transactions, Latest, new PageRequest(1, 1), cancel)).Total - shown.Total);

    private async Task NameAsync(IEnumerable<long?> ids, CancellationToken cancel)
    {
        long?[] missing = [.. ids.Where(id => id is { } number && !lines.ContainsKey(number))];
        foreach ((long id, DeviceLine line) in await Scope.LinesAsync(missing, person!, cancel)) lines[id] = line;
    }

    private DeviceLine? LineOf(HistoryEnd end) => end.Device is { } id ? lines.GetValueOrDefault(id) : null;

    private string Around(CaptureTime at) => (query.First() with { From = query.Range.From(at), To = new CaptureTime(at.Nanoseconds + CaptureTime.PerSecond) }).Address();

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Length == 0 ? null : text;
        if (wanted != query.Text) Navigation.NavigateTo((query.First() with { Text = wanted }).Address());
        return Task.CompletedTask;
    }

    /// <summary>A flow with its key, unique on the page.</summary>
    internal sealed record FlowLine(string Key, HistoryFlow Flow);

    /// <summary>A transaction with its key, unique on the page.</summary>
    internal sealed record TransactionLine(string Key, HistoryTransaction Row)
    {
        private readonly Lazy<IReadOnlyDictionary<string, JsonElement>> values = new(() => TrafficTexts.Values(Row.Json));

        /// <summary>The value of a field; null when the row has none.</summary>
        public JsonElement? Value(string field) => values.Value.TryGetValue(field, out JsonElement value) ? value : null;
    }

    /// <summary>Makes keys of rows: what several rows have in common gets a number.</summary>
    private sealed class Keys
    {
        private readonly Dictionary<string, int> used = new(StringComparer.Ordinal);

        public string Of(string name, CaptureTime at)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{name}.{at.Nanoseconds}");
            int number = used[key] = used.GetValueOrDefault(key) + 1;
            return number == 1 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}.{number}");
        }
    }
}
