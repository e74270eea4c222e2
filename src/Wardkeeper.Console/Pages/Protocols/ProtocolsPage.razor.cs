using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Protocols;

/// <summary>Who sends what to whom, with which outcome? Images, messages, the laboratory, and who works on devices from elsewhere. Every number opens the traffic it was counted from.</summary>
public sealed partial class ProtocolsPage
{
    private const string Dash = "—";
    private static readonly SortOrder Latest = new("last", true), LatestRow = new("time", true);
    private readonly Dictionary<long, DeviceLine> lines = [];
    private ProtocolsQuery query = new(new TableView());
    private Actor? person;
    private CaptureTime? newest, elsewhere;
    private TransactionFilter said = new();
    private FlowFilter flows = new();
    private IReadOnlyList<FilterChip> chips = [];
    private IReadOnlyList<LedgerColumn<Conversation>> columns = [];
    private IReadOnlyList<LedgerColumn<RemoteAccess>> remoteColumns = [];
    private Exception? failure;
    private bool isRead;

    private IHistoryQueries History => Look.History;

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = ProtocolsQuery.Read(address);
        try
        {
            person ??= Look.Reader(await Viewer.ActorAsync());
            HistoryRange range = await History.RangeAsync(cancel);
            newest = range.Last;
            query = query with { Range = query.Range with { First = range.First } };
            IReadOnlySet<long>? visible = await Scope.VisibleAsync(person, cancel);
            (said, flows) = (query.Said(newest) with { Visible = visible }, query.Flows(newest) with { Visible = visible });
            columns = query.IsRemote ? [] : ConversationColumns();
            remoteColumns = query.IsRemote ? RemoteColumns() : [];
            await NameAsync([query.Device], cancel);
            chips = query.Chips(W, T, F, id => lines.GetValueOrDefault(id)?.Name ?? Formats.DeviceNumber(id));
            (failure, isRead) = (null, true);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;
        }
    }

    private async Task<Page<Conversation>> LoadConversationsAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<Conversation> found = await History.ConversationsAsync(query.Subject, said, sort, page, cancel);
        TransactionFilter ever = said with { From = null, To = null, Logs = ConversationFields.Of(query.Subject).Logs };
        elsewhere = found.Total > 0 || newest is null ? null : (await History.TransactionsAsync(ever, LatestRow, new PageRequest(1, 1), cancel)).Items is [{ } one] ? one.At : null;
        Conversation[] shown = [.. found.Items.Select(line => line with { Originator = TrafficScope.Shown(line.Originator, said.Visible), Responder = TrafficScope.Shown(line.Responder, said.Visible) })];
        await NameAsync(shown.SelectMany(line => new[] { line.Originator.Device, line.Responder.Device }), cancel);
        return new Page<Conversation>(shown, found.Total, newest);
    }

    private async Task<Page<RemoteAccess>> LoadRemoteAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        Page<RemoteAccess> found = await History.RemoteAccessAsync(flows, sort, page, cancel);
        FlowFilter ever = flows with { From = null, To = null, Protocols = flows.Protocols.Count > 0 ? flows.Protocols : RemoteProtocols.All };
        elsewhere = found.Total > 0 || newest is null ? null : (await History.FlowsAsync(ever, LatestRow, new PageRequest(1, 1), cancel)).Items is [{ } one] ? one.At : null;
        RemoteAccess[] shown = [.. found.Items.Select(line => line with { Originator = TrafficScope.Shown(line.Originator, flows.Visible), Responder = TrafficScope.Shown(line.Responder, flows.Visible) })];
        await NameAsync(shown.SelectMany(line => new[] { line.Originator.Device, line.Responder.Device }), cancel);
        return new Page<RemoteAccess>(shown, found.Total, newest);
    }

    private async Task NameAsync(IEnumerable<long?> ids, CancellationToken cancel)
    {
        long?[] missing = [.. ids.Where(id => id is { } number && !lines.ContainsKey(number))];
        foreach ((long id, DeviceLine line) in await Scope.LinesAsync(missing, person!, cancel)) lines[id] = line;
    }

    private DeviceLine? LineOf(HistoryEnd end) => end.Device is { } id ? lines.GetValueOrDefault(id) : null;

    /// <summary>Who sends: of messages whoever the rows say, of the laboratory the analyser, of images who asked for the association.</summary>
    private HistoryEnd Sender(Conversation line) => IsTurned(line) ? line.Responder : line.Originator;

    private HistoryEnd Receiver(Conversation line) => IsTurned(line) ? line.Originator : line.Responder;

    private bool IsTurned(Conversation line) => query.Subject switch
    {
        ConversationSubject.Hl7 => line.Names[0] == "false",
        ConversationSubject.Laboratory => line.AnalyserOpened == false,
        _ => false,
    };

    private string TitleOf(Conversation line) => query.Subject switch
    {
        ConversationSubject.Dicom => $"{line.Names[0] ?? Dash} → {line.Names[1] ?? Dash}",
        ConversationSubject.Hl7 => $"{Joined(line.Names[1], line.Names[2])} → {Joined(line.Names[3], line.Names[4])}",
        _ => line.Facts.Any(fact => fact is not null) ? string.Join(' ', line.Facts.OfType<string>()) : LineOf(Sender(line))?.Name ?? Sender(line).Ip.ToString(),
    };

    private static string Joined(string? application, string? facility) => (application, facility) switch
    {
        (null, null) => Dash,
        (null, _) => facility,
        (_, null) => application,
        _ => $"{application} · {facility}",
    };

    private string Open(Conversation line) => (query with { At = ProtocolsQuery.Key(line) }).Address();

    private string Open(RemoteAccess line) => (query with { At = ProtocolsQuery.Key(line) }).Address();

    private string Around(CaptureTime at) => (query.First() with { From = query.Range.From(at), To = new CaptureTime(at.Nanoseconds + CaptureTime.PerSecond) }).Address();

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Length == 0 ? null : text;
        if (wanted != query.Text) Navigation.NavigateTo((query.First() with { Text = wanted }).Address());
        return Task.CompletedTask;
    }
}
