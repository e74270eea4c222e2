using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Map;

/// <summary>Who talks to whom, and what crosses a border? Groups first; as graph, matrix or list with the same content, all of it links.</summary>
public sealed partial class MapPage
{
    private IHistoryQueries History => Look.History;

    private const int MostPairs = 20_000, MostInGraph = 12;
    private static readonly TimeSpan NewerEvery = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource gone = new();
    private IReadOnlyDictionary<long, DeviceLine> lines = new Dictionary<long, DeviceLine>();
    private IReadOnlyList<DevicePair> pairs = [];
    private IReadOnlyList<string> protocols = [];
    private MapQuery query = new();
    private TrafficMap? map;
    private Actor? person;
    private CaptureTime? from, to;
    private string view = MapQuery.Views[0];
    private string? asked;
    private Exception? failure;
    private bool isNewer, isCut;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = MapQuery.Read(address);
        try
        {
            person ??= Look.Reader(await Viewer.ActorAsync());
            await AskAsync(cancel);
            failure = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = WatchAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gone.Cancel();
            gone.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task AskAsync(CancellationToken cancel)
    {
        string source = $"{query.Range.Name}|{string.Join(',', query.Protocols)}";
        if (source != asked || failure is not null)
        {
            HistoryRange range = await History.RangeAsync(cancel);
            to = range.Last;
            from = to is { } end ? (query.Range with { First = range.First }).From(end) : null;
            FlowFilter filter = new() { From = from, Protocols = query.Protocols, Visible = await Scope.VisibleAsync(person!, cancel) };
            pairs = await History.PairsAsync(filter, MostPairs, cancel);
            isCut = pairs.Count == MostPairs;
            lines = await Scope.LinesAsync(pairs.SelectMany(pair => new[] { pair.Originator, pair.Responder }), person!, cancel);
            if (query.Protocols.Count == 0) protocols = [.. pairs.SelectMany(pair => pair.Protocol.Split(',')).Distinct().Order(StringComparer.Ordinal)];
            (asked, isNewer) = (source, false);
        }
        map = TrafficMap.Of(pairs, lines, query, Name);
        view = query.View ?? (map.Nodes.Count > MostInGraph ? "matrix" : "graph");
    }

    /// <summary>What a place is called.</summary>
    private string Name(MapNode node) => node.IsOther ? T["other", Formats.Count(node.Count)]
        : node.Device is { } id ? lines.GetValueOrDefault(id)?.Name ?? Formats.DeviceNumber(id) : node.Group.Name(W, F);

    private async Task WatchAsync()
    {
        using PeriodicTimer timer = new(NewerEvery, Clock);
        CancellationToken stop = gone.Token;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (isNewer || map is null || (await History.RangeAsync(stop)).Last is not { } last || last == to) continue;
                isNewer = true;
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
        catch (HistoryUnavailableException)
        {
            // What is shown stays right; only the announcement of newer data ends.
        }
    }

    private async Task ShowNewerAsync()
    {
        asked = null;
        await ReadAsync(Address, Closed);
    }
}
