using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests;

/// <summary>Who says what to whom: lines and kinds, and that the transactions they were counted from are found again.</summary>
public class ConversationQueriesTests
{
    private static readonly SortOrder Latest = SortOrder.Parse("-last");
    private static readonly PageRequest First = new(1, 10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_of_images_count_operations_and_failures_and_lead_back_to_their_rows()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        FlowView ct = SampleBatches.Flow(1, 1, At(1)).View, us = SampleBatches.Flow(1, 2, At(2)).View;
        string store = """{"kind":"dimse","command":"C-STORE","calling_ae":"CT'1","called_ae":"PACS","sop_class_name":"CT Image Storage","status_class":"success"}""";
        await hub.StoreAsync(
            Said(1, Row(ct, store), Row(ct, store), Row(ct, store.Replace("success", "failure", StringComparison.Ordinal)),
                Row(ct, """{"kind":"association","calling_ae":"CT'1","called_ae":"PACS","result":"accepted","ended":"released"}"""),
                Row(us, """{"kind":"association","calling_ae":"US","called_ae":"PACS","result":"rejected"}"""),
                Row(us, """{"kind":"dimse","command":"C-ECHO"}"""), Row(us, """{"kind":"examination","ended":"aborted"}""")),
            Said(2, Row(SampleBatches.Flow(1, 1, At(200_000)).View, store)));
        Page<Conversation> found = await hub.Queries.ConversationsAsync(ConversationSubject.Dicom, new TransactionFilter(), SortOrder.Parse("-count"), First, Cancel);
        Assert.Equal(3, found.Total);
        Conversation line = found.Items[0];
        Assert.Equal((1L, 9L, 5L, 1L, "CT'1", "PACS", 3L), (line.Originator.Device, line.Responder.Device, line.Count, line.Failures, line.Names[0], line.Names[1], line.KindCount + 1));
        Assert.Equal(["dimse", "C-STORE", "CT Image Storage"], line.Kinds[0].Values);
        Assert.Equal((4L, 1L), (line.Kinds[0].Count, line.Kinds[0].Failures));
        Assert.Equal(At(200_000), line.Last);
        // The rows a line and its kinds were counted from, as a link asks for them.
        TransactionFilter rows = new() { Logs = ["dicom"], Address = line.Originator.Ip, Peer = line.Responder.Ip, IsDirected = true, Fields = [new("calling_ae", "CT'1"), new("called_ae", "PACS"), .. ConversationFields.Of(ConversationSubject.Dicom).Only] };
        Assert.Equal(5, await CountAsync(hub, rows));
        Assert.Equal(1, await CountAsync(hub, rows with { IsFailed = true }));
        Assert.Equal(0, await CountAsync(hub, rows with { Address = line.Responder.Ip, Peer = line.Originator.Ip }));
        Assert.Equal(5, await CountAsync(hub, rows with { Address = line.Responder.Ip, Peer = line.Originator.Ip, IsDirected = false }));
        Assert.Equal(1, await CountAsync(hub, new TransactionFilter { Fields = [new("kind", "dimse"), new("calling_ae", "")] }));
        Assert.Equal(0, await CountAsync(hub, new TransactionFilter { Fields = [new("kind\"') OR true --", "dimse")] }));
        Assert.Equal(2, (await hub.Queries.ConversationsAsync(ConversationSubject.Dicom, new TransactionFilter { Visible = new HashSet<long> { 2 } }, Latest, First, Cancel)).Total);
        Assert.Equal(0, (await hub.Queries.ConversationsAsync(ConversationSubject.Dicom, new TransactionFilter { Visible = new HashSet<long>() }, Latest, First, Cancel)).Total);
        Assert.Equal(1, (await hub.Queries.ConversationsAsync(ConversationSubject.Dicom, new TransactionFilter { From = At(100_000) }, Latest, First, Cancel)).Total);
        Page<Conversation> beyond = await hub.Queries.ConversationsAsync(ConversationSubject.Dicom, new TransactionFilter(), Latest, new PageRequest(9, 10), Cancel);
        Assert.Equal((0, 3L), (beyond.Items.Count, beyond.Total));
        Assert.Equal(0, (await hub.Queries.ConversationsAsync(ConversationSubject.Hl7, new TransactionFilter(), Latest, First, Cancel)).Total);
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Queries.ConversationsAsync(ConversationSubject.Dicom, new TransactionFilter(), SortOrder.Parse("n; DROP"), First, Cancel));
    }

    [Fact]
    public async Task Messages_are_told_by_sender_and_analysers_by_who_measured()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        FlowView flow = SampleBatches.Flow(1, 1, At(1)).View;
        await hub.StoreAsync(Said(1,
            Row(flow, """{"is_orig":true,"message_type":"ORU^R01","msh_3":"LIS","msh_5":"HIS","ack":"AA"}""", "hl7"),
            Row(flow, """{"is_orig":true,"message_type":"ADT^A01","msh_3":"LIS","msh_5":"HIS","ack":"AE"}""", "hl7"),
            Row(flow, """{"is_orig":false,"message_type":"ORM^O01","msh_3":"HIS","msh_5":"LIS"}""", "hl7"),
            Row(flow, """{"is_orig":false,"sender_role":"analyser","model":"AU480","records":["H","R","L"],"tests":["1","2"],"status":"acked"}""", "astm"),
            Row(flow, """{"is_orig":true,"sender_role":"host","records":["H","O","L"],"tests":["1"],"status":"refused"}""", "astm"),
            Row(flow, """{"is_orig":true,"sender_role":"device","message_type":"OBS.R01","observations":3,"tests":["1"],"ack":"AR"}""", "poct1a")));
        Page<Conversation> messages = await hub.Queries.ConversationsAsync(ConversationSubject.Hl7, new TransactionFilter(), SortOrder.Parse("-count"), First, Cancel);
        Assert.Equal([("true", "LIS", 2L, 1L), ("false", "HIS", 1L, 0L)], messages.Items.Select(line => (line.Names[0]!, line.Names[1]!, line.Count, line.Failures)));
        Page<Conversation> laboratory = await hub.Queries.ConversationsAsync(ConversationSubject.Laboratory, new TransactionFilter(), SortOrder.Parse("-count"), First, Cancel);
        Assert.Equal([("astm", 2L, 1L, 2L, false, "AU480"), ("poct1a", 1L, 1L, 3L, true, null)], laboratory.Items.Select(line => (line.Log, line.Count, line.Failures, line.Tests, line.AnalyserOpened == true, line.Facts[1])));
        Assert.Equal(1, await CountAsync(hub, new TransactionFilter { Logs = ["astm"], Fields = [new("records", laboratory.Items[0].Kinds[0].Values[2]!)] }));
    }

    [Fact]
    public async Task Remote_access_is_told_by_its_flows_and_what_they_said()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        FlowRecord screen = SampleBatches.Flow(1, 1, At(1), "rdp,ssl"), again = SampleBatches.Flow(2, 1, At(5), "rdp"), tunnel = SampleBatches.Flow(3, 2, At(9), "wireguard"), other = SampleBatches.Flow(4, 2, At(9));
        FlowRecord report = Lasting(screen, TimeSpan.FromHours(1), null), rest = Lasting(screen, TimeSpan.FromHours(2), new FlowTotals(At(3601), 10, 10, 1, 1));
        await hub.StoreAsync(new SensorBatch
        {
            Sensor = "north",
            Sequence = 1,
            End = At(10),
            Flows = [report, rest, again, tunnel, other],
            Transactions = [Row(screen.View, """{"cookie":"service","security_protocol":"HYBRID","result":"encrypted"}""", "rdp")],
        });
        Page<RemoteAccess> found = await hub.Queries.RemoteAccessAsync(new FlowFilter(), SortOrder.Parse("-longest"), First, Cancel);
        Assert.Equal(2, found.Total);
        RemoteAccess line = found.Items[0];
        Assert.Equal(("rdp", 2L, 3L, TimeSpan.FromHours(2), 1L, 9L), (line.Protocol, line.Sessions, line.Records, line.Longest, line.Originator.Device, line.Responder.Device));
        Assert.Equal(["service", "HYBRID", "encrypted"], [.. line.Users, .. line.Methods, .. line.Results]);
        Assert.Equal(3, (await hub.Queries.FlowsAsync(new FlowFilter { Protocols = ["rdp"], Address = line.Originator.Ip, Peer = line.Responder.Ip, IsDirected = true }, SortOrder.Parse("-time"), First, Cancel)).Total);
        foreach (string order in (string[])["last", "-count", "-bytes"]) Assert.Equal(2, (await hub.Queries.RemoteAccessAsync(new FlowFilter(), SortOrder.Parse(order), First, Cancel)).Total);
        Assert.Equal("vpn", RemoteProtocols.KindOf(Assert.Single((await hub.Queries.RemoteAccessAsync(new FlowFilter { Protocols = ["wireguard"] }, Latest, First, Cancel)).Items).Protocol));
    }

    private static FlowRecord Lasting(FlowRecord flow, TimeSpan duration, FlowTotals? earlier) => new()
    {
        View = flow.View,
        Service = flow.Service,
        ConnState = flow.ConnState,
        History = flow.History,
        CommunityId = flow.CommunityId,
        OriginatorBytes = 1_000,
        Duration = duration,
        IsInterim = earlier is null,
        Earlier = earlier,
    };

    private static CaptureTime At(long seconds) => new(SampleBatches.Start.Nanoseconds + (seconds * CaptureTime.PerSecond));

    private static TransactionRow Row(FlowView flow, string json, string log = "dicom") => SampleBatches.Transaction(flow, json, log);

    private static SensorBatch Said(long sequence, params TransactionRow[] rows) => new() { Sensor = "north", Sequence = sequence, End = rows[^1].Began, Transactions = rows };

    private static async Task<long> CountAsync(TestHub hub, TransactionFilter filter) => (await hub.Queries.TransactionsAsync(filter, SortOrder.Parse("-time"), First, Cancel)).Total;
}
