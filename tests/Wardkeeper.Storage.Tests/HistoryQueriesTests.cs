using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests;

public class HistoryQueriesTests
{
    private static readonly SortOrder Latest = SortOrder.Parse("-time");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_filter_of_flows_is_followed()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        FlowRecord odd = SampleBatches.Flow(900, 7, new CaptureTime(SampleBatches.Start.Nanoseconds + CaptureTime.PerSecond), "dicom,ssl");
        FlowRecord silent = SampleBatches.Flow(901, 8, new CaptureTime(SampleBatches.Start.Nanoseconds + CaptureTime.PerSecond), null);
        await hub.StoreAsync(SampleBatches.Of(1), SampleBatches.Of(2), new SensorBatch { Sensor = "south", Sequence = 1, End = SampleBatches.Start, Flows = [odd, silent] }, SampleBatches.Of(3));
        Assert.Equal(17, await CountAsync(hub, new FlowFilter()));
        Assert.Equal(7, await CountAsync(hub, new FlowFilter { Device = 0 }));
        Assert.Equal(17, await CountAsync(hub, new FlowFilter { Device = 9 }));
        Assert.Equal(4, await CountAsync(hub, new FlowFilter { Device = 9, PeerDevice = 3 }));
        Assert.Equal(4, await CountAsync(hub, new FlowFilter { Address = SampleBatches.Ip(3), Peer = SampleBatches.Ip(9) }));
        Assert.Equal(0, await CountAsync(hub, new FlowFilter { Device = 1, PeerDevice = 3 }));
        Assert.Equal(15, await CountAsync(hub, new FlowFilter { Protocols = ["dns"] }));
        Assert.Equal(1, await CountAsync(hub, new FlowFilter { Protocols = ["ssl"] }));
        Assert.Equal(2, await CountAsync(hub, new FlowFilter { Protocols = ["-", "dicom"] }));
        Assert.Equal(2, await CountAsync(hub, new FlowFilter { Sensor = "south" }));
        Assert.Equal(4, await CountAsync(hub, new FlowFilter { Visible = new HashSet<long> { 3 } }));
        Assert.Equal(0, await CountAsync(hub, new FlowFilter { Visible = new HashSet<long>() }));
        Assert.Equal(1, await CountAsync(hub, new FlowFilter { CommunityId = "1:2x3" }));
        Assert.Equal(1, await CountAsync(hub, new FlowFilter { Uid = "C2x3" }));
        Assert.Equal(1, await CountAsync(hub, new FlowFilter { Text = "c2X3" }));
        Assert.Equal(0, await CountAsync(hub, new FlowFilter { Text = "%" }));
        Assert.Equal(0, await CountAsync(hub, new FlowFilter { Text = "'; DROP TABLE flows; --" }));
        Assert.Equal(2, await CountAsync(hub, new FlowFilter { MinBytes = 146 }));
        Assert.Equal(3, await CountAsync(hub, new FlowFilter { Port = 40001 }));
        Assert.Equal(17, await CountAsync(hub, new FlowFilter { Transports = ["udp"], States = ["SF", "S0"] }));
        Assert.Equal(5, await CountAsync(hub, new FlowFilter { From = SampleBatches.Of(2).End, To = SampleBatches.Of(3).End }));
        Page<HistoryFlow> largest = await hub.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("-bytes"), new PageRequest(1, 1), Cancel);
        Assert.Equal("C901x8", Assert.Single(largest.Items).Uid);
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("uid; DROP"), new PageRequest(1, 1), Cancel));
    }

    [Fact]
    public async Task Transactions_are_found_by_what_was_said()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        await hub.StoreAsync(SampleBatches.Of(1), SampleBatches.Of(2));
        Assert.Equal(2, (await hub.Queries.TransactionsAsync(new TransactionFilter { Text = "HOST-1.ward" }, Latest, new PageRequest(1, 10), Cancel)).Total);
        Assert.Equal(6, (await hub.Queries.TransactionsAsync(new TransactionFilter { Logs = ["dns"], Statuses = ["NOERROR"], Device = 9 }, Latest, new PageRequest(1, 10), Cancel)).Total);
        Assert.Equal(0, (await hub.Queries.TransactionsAsync(new TransactionFilter { Logs = ["dicom"] }, Latest, new PageRequest(1, 10), Cancel)).Total);
    }

    [Fact]
    public async Task Pages_in_order_of_time_meet_at_their_edges_over_many_days()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        // A batch every six hours: four a day.
        await hub.StoreAsync([.. Enumerable.Range(1, 24).Select(i => SampleBatches.Of(i, at: new CaptureTime(SampleBatches.Start.Nanoseconds + (i * 21_600L * CaptureTime.PerSecond))))]);
        Assert.Equal(7, hub.History.Days.Count);
        foreach (string order in new[] { "time", "-time" })
        {
            List<HistoryFlow> all = [];
            for (int page = 1; page <= 12; page++) all.AddRange((await hub.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse(order), new PageRequest(page, 11), Cancel)).Items);
            Assert.Equal(120, all.Select(flow => flow.Uid).Distinct().Count());
            Assert.Equal(order == "time" ? all.OrderBy(flow => flow.At) : all.OrderByDescending(flow => flow.At), all);
        }
        HistoryRange range = await hub.Queries.RangeAsync(Cancel);
        Assert.Equal((7, SampleBatches.Start.Nanoseconds + (21_600L * CaptureTime.PerSecond)), (range.Days, range.First!.Value.Nanoseconds));
    }

    [Fact]
    public async Task A_flow_that_lasts_counts_once_and_its_bytes_stand_where_they_were()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        CaptureTime at = SampleBatches.Start;
        await hub.StoreAsync(new SensorBatch { Sensor = "north", Sequence = 1, End = at, Flows = [Long(300, 1000, true, null), Long(600, 1500, true, Until(300, 1000)), Long(700, 1600, false, Until(600, 1500))] });
        IReadOnlyList<ActivityBucket> activity = await hub.Queries.ActivityAsync(new FlowFilter(), TimeSpan.FromMinutes(5), Cancel);
        Assert.Equal([1000, 500, 100], activity.Select(bucket => bucket.Bytes));
        Assert.Equal([1, 0, 0], activity.Select(bucket => bucket.Flows));
        Peer peer = Assert.Single(await hub.Queries.PeersAsync(0, new FlowFilter(), cancel: Cancel));
        Assert.Equal((9, 1600, 0, 1, 1), (peer.Device, peer.Sent, peer.Received, peer.Flows, peer.Opened));

        FlowRecord Long(int seconds, long bytes, bool isInterim, FlowTotals? earlier) => new()
        {
            View = SampleBatches.Flow(1, 0, at).View,
            Service = "hl7",
            Duration = TimeSpan.FromSeconds(seconds),
            OriginatorBytes = bytes,
            ConnState = "S1",
            History = "",
            CommunityId = "1:long",
            IsInterim = isInterim,
            Earlier = earlier,
        };

        FlowTotals Until(int seconds, long bytes) => new(new CaptureTime(at.Nanoseconds + (seconds * CaptureTime.PerSecond)), bytes, 0, 0, 0);
    }

    [Fact]
    public async Task Peers_and_pairs_add_up_by_protocol()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        FlowRecord remote = new()
        {
            View = new FlowView { Uid = "Cr", Carrier = Carrier.Tcp, IpProtocol = 6, Began = SampleBatches.Start, OriginatorAddress = SampleBatches.Ip(9), ResponderAddress = Address.FromV4(0x08080808), ResponderPort = 443 },
            Service = "ssl",
            OriginatorBytes = 5000,
            ResponderBytes = 70_000,
            ConnState = "SF",
            History = "",
            CommunityId = "1:r",
        };
        await hub.StoreAsync(SampleBatches.Of(1), new SensorBatch { Sensor = "south", Sequence = 1, End = SampleBatches.Start, Flows = [remote, SampleBatches.Flow(900, 3, SampleBatches.Start, "ssl")] }, SampleBatches.Of(2));
        IReadOnlyList<Peer> peers = await hub.Queries.PeersAsync(9, new FlowFilter(), cancel: Cancel);
        Assert.Equal([null, 0, 3, 2, 1], peers.Select(peer => peer.Device).Select(device => device is null ? null : device));
        Assert.Equal("8.8.8.8", peers[0].Ip.ToString());
        Assert.Equal((5000, 70_000, 1), (peers[0].Sent, peers[0].Received, peers[0].Opened));
        Assert.Equal(["dns", "ssl"], peers[2].Protocols);
        IReadOnlyList<DevicePair> pairs = await hub.Queries.PairsAsync(new FlowFilter(), cancel: Cancel);
        Assert.Equal(6, pairs.Count);
        Assert.Equal((9, null, "ssl", 75_000), (pairs[0].Originator, pairs[0].Responder, pairs[0].Protocol, pairs[0].Bytes));
        Assert.Equal(12, pairs.Sum(pair => pair.Flows));
    }

    private static async Task<long> CountAsync(TestHub hub, FlowFilter filter)
    {
        Page<HistoryFlow> page = await hub.Queries.FlowsAsync(filter, Latest, new PageRequest(1, 100), Cancel);
        Assert.Equal(page.Total, page.Items.Count);
        return page.Total;
    }
}
