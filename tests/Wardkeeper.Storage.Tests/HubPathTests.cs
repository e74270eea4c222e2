using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests;

public class HubPathTests
{
    [Fact]
    public async Task A_batch_is_in_both_stores_when_its_receipt_comes()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        await hub.StoreAsync(SampleBatches.Of(1), SampleBatches.Of(2), SampleBatches.Of(3));
        Assert.Equal(3, await hub.AskAsync("SELECT sequence FROM applied WHERE sensor = 'north'"));
        Assert.Equal(60, await hub.AskAsync("SELECT observations FROM sensors WHERE sensor = 'north'"));
        Assert.Equal(300, await hub.AskAsync("SELECT value FROM sensor_counters WHERE name = 'packets'"));
        Page<HistoryFlow> flows = await hub.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("-time"), new PageRequest(1, 4), TestContext.Current.CancellationToken);
        Assert.Equal(15, flows.Total);
        Assert.Equal("C3x0", flows.Items[0].Uid);
        Assert.Equal(9, flows.Items[0].Responder.Device);
        Page<HistoryTransaction> said = await hub.Queries.TransactionsAsync(new TransactionFilter(), SortOrder.Parse("time"), new PageRequest(1, 100), TestContext.Current.CancellationToken);
        Assert.Equal(9, said.Total);
        Assert.Equal(("NOERROR", "host-0.ward.example A"), (said.Items[0].Status, said.Items[0].What));
    }

    [Fact]
    public async Task A_batch_that_comes_again_changes_nothing_also_after_a_restart()
    {
        using TestFolder folder = new();
        StoreFactory stores = StoreFactory.Sqlite(folder["wardkeeper.db"]);
        await using (TestHub hub = await TestHub.StartAsync(stores, folder.Path))
        {
            await hub.StoreAsync(SampleBatches.Of(1), SampleBatches.Of(2));
            await hub.StoreAsync(SampleBatches.Of(1), SampleBatches.Of(2), SampleBatches.Of(3));
        }
        await using TestHub again = await TestHub.StartAsync(stores, folder.Path);
        Assert.Equal(3, await again.Path.AppliedAsync("north", TestContext.Current.CancellationToken));
        await again.StoreAsync(SampleBatches.Of(2), SampleBatches.Of(3), SampleBatches.Of(4));
        Assert.Equal(4, await again.AskAsync("SELECT batches FROM sensors"));
        Assert.Equal(0, await again.AskAsync("SELECT missing_batches FROM sensors"));
        Page<HistoryFlow> flows = await again.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("-time"), new PageRequest(1, 100), TestContext.Current.CancellationToken);
        Assert.Equal(20, flows.Total);
        Assert.Equal(20, flows.Items.Select(flow => flow.Uid).Distinct().Count());
    }

    [Fact]
    public async Task A_batch_across_midnight_lies_in_two_days_and_is_counted_once()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        CaptureTime midnight = new(SampleBatches.Start.Nanoseconds + (86_400 * CaptureTime.PerSecond));
        SensorBatch batch = new()
        {
            Sensor = "north",
            Sequence = 1,
            End = midnight,
            Flows = [SampleBatches.Flow(1, 0, new CaptureTime(midnight.Nanoseconds - 1)), SampleBatches.Flow(1, 1, midnight)],
        };
        await hub.StoreAsync(batch);
        await hub.StoreAsync(batch);
        Assert.Equal(2, hub.History.Days.Count);
        Assert.Equal(2, (await hub.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("time"), new PageRequest(1, 100), TestContext.Current.CancellationToken)).Total);
        Assert.Equal(1, (await hub.Queries.FlowsAsync(new FlowFilter { From = midnight }, SortOrder.Parse("time"), new PageRequest(1, 100), TestContext.Current.CancellationToken)).Total);
    }

    [Fact]
    public async Task An_edit_and_a_batch_never_overlap_and_an_edit_that_fails_leaves_no_trace()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        await hub.StoreAsync(SampleBatches.Of(1));
        bool held = false;
        await Assert.ThrowsAsync<InvalidOperationException>(() => hub.Gate.RunAsync(
            async (connection, transaction) =>
            {
                await using System.Data.Common.DbCommand command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = "UPDATE sensors SET batches = 77";
                await command.ExecuteNonQueryAsync();
                Assert.Same(connection, hub.Gate.Current?.Connection);
                throw new InvalidOperationException("refused");
            },
            () => held = true,
            TestContext.Current.CancellationToken));
        Assert.False(held);
        Assert.Null(hub.Gate.Current);
        Assert.Equal(1, await hub.AskAsync("SELECT batches FROM sensors"));
        await hub.StoreAsync(SampleBatches.Of(2));
        Assert.Equal(2, await hub.AskAsync("SELECT batches FROM sensors"));
    }
}
