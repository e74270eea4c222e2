using System.Collections.Concurrent;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Publishing;

public sealed class BatchPublisherTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-publisher-").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task Everything_taken_reaches_the_hub_once_in_order_and_receipts_empty_the_spool()
    {
        Receiver hub = new();
        await using (SensorLink link = await SensorLink.OpenAsync("north", folder, hub, waits: true, cancel: TestContext.Current.CancellationToken))
        {
            for (int i = 0; i < 10_000; i++) link.Publisher.Take(Claim(i));
            link.Publisher.Tick();
            await hub.UntilAsync(10_000);
            Assert.Equal(0, link.Spool.Pending);
        }
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (long)i), hub.Batches.SelectMany(batch => batch.Observations).Select(one => one.Packet));
        Assert.Equal(Enumerable.Range(1, hub.Batches.Count).Select(i => (long)i), hub.Batches.Select(batch => batch.Sequence));
    }

    [Fact]
    public async Task Live_capture_is_not_held_up_by_a_full_spool_and_what_is_dropped_is_counted()
    {
        // Nobody gives receipts, and the spool holds little.
        Receiver hub = new() { GivesReceipts = false };
        await using SensorLink link = await SensorLink.OpenAsync("north", folder, hub, waits: false, maxBytes: 16 * 1024, cancel: TestContext.Current.CancellationToken);
        long given = 0;
        while (link.Publisher.DroppedBatches < 5 || link.Trouble is null)
        {
            link.Publisher.Take(Claim(given++));
            link.Publisher.Tick();
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.Contains("full", link.Trouble, StringComparison.Ordinal);
        hub.GivesReceipts = true;
        link.Spool.Forget(hub.Batches.Last().Sequence);
        long dropped = link.Publisher.DroppedItems;
        // The next batch that passes says what was lost.
        int room = 0;
        while (hub.Batches.Sum(batch => batch.Counters.GetValueOrDefault("spool-dropped-observations")) < dropped)
        {
            link.Publisher.Tick();
            link.Spool.Forget(hub.Batches.Last().Sequence);
            await Task.Delay(10, TestContext.Current.CancellationToken);
            Assert.True(room++ < 6000, "the counters never came");
        }
        Assert.Equal(given, hub.Batches.Sum(batch => batch.Observations.Count) + link.Publisher.DroppedItems);
    }

    [Fact]
    public async Task A_batch_is_due_after_a_step_of_capture_time()
    {
        Receiver hub = new();
        await using SensorLink link = await SensorLink.OpenAsync("north", folder, hub, waits: true, cancel: TestContext.Current.CancellationToken);
        link.Publisher.Advance(CaptureTime.FromSeconds(100));
        link.Publisher.Take(Claim(1));
        link.Publisher.Advance(CaptureTime.FromSeconds(129));
        link.Publisher.Advance(CaptureTime.FromSeconds(130));
        await hub.UntilAsync(1);
        Assert.Equal(CaptureTime.FromSeconds(130), hub.Batches.First().End);
    }

    [Fact]
    public async Task Whoever_waits_is_told_when_the_hub_has_everything_and_when_the_way_is_closed()
    {
        Receiver hub = new() { GivesReceipts = false };
        SensorLink link = await SensorLink.OpenAsync("north", folder, hub, waits: true, cancel: TestContext.Current.CancellationToken);
        Task left;
        await using (link)
        {
            Assert.True(link.EmptyAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);
            link.Publisher.Take(Claim(1));
            link.Publisher.Tick();
            link.Publisher.Take(Claim(2));
            link.Publisher.Tick();
            Task one = link.EmptyAsync(TestContext.Current.CancellationToken), other = link.EmptyAsync(TestContext.Current.CancellationToken);
            await hub.UntilAsync(2);
            hub.Receipt!(1);
            Assert.False(one.IsCompleted);
            hub.Receipt!(2);
            await Task.WhenAll(one, other).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal((0, 0L), (link.Outbox.Waiting, link.Spool.Pending));
            link.Publisher.Take(Claim(3));
            link.Publisher.Tick();
            other = link.EmptyAsync(TestContext.Current.CancellationToken);
            using CancellationTokenSource impatient = new();
            Task gone = link.EmptyAsync(impatient.Token);
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
            left = other;
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => link.EmptyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_whole_capture_is_the_same_behind_the_spool_as_before_it()
    {
        string[] captures = [Path.Combine(SharedFiles.Project, "samples/hospital-day/hospital.pcap")];
        Flows.SensorRun direct = Flows.SensorRun.Of(captures);
        Receiver hub = new();
        await using (SensorLink link = await SensorLink.OpenAsync("north", folder, hub, waits: true, cancel: TestContext.Current.CancellationToken))
        {
            using ICaptureSource source = CaptureFiles.Open(captures);
            new SensorPipeline(new SensorOptions(), source, link.Publisher).Run(TestContext.Current.CancellationToken);
            link.Publisher.Tick();
            await hub.UntilAsync(direct.Observations.Count);
        }
        Assert.Equal(direct.Observations, hub.Batches.SelectMany(batch => batch.Observations));
        Assert.Equal(direct.Transactions.Select(one => one.Log), hub.Batches.SelectMany(batch => batch.Transactions).Select(one => one.Log));
        Assert.Equal(direct.Flows.Select(one => one.View.Uid), hub.Batches.SelectMany(batch => batch.Flows).Select(one => one.View.Uid));
    }

    private static Claim Claim(long packet) => new(new Subject(new MacAddress(7), default), ClaimKind.HostName, "pump-" + packet, "dhcp", new CaptureTime(packet), null, packet, "option 12");

    private sealed class Receiver : IBatchReceiver
    {
        public ConcurrentQueue<SensorBatch> Batches { get; } = new();

        public bool GivesReceipts { get; set; } = true;

        public Action<long>? Receipt { get; private set; }

        public Task<long> AppliedAsync(string sensor, CancellationToken cancel = default) => Task.FromResult(0L);

        public ValueTask DeliverAsync(SensorBatch batch, Action<long> receipt, CancellationToken cancel = default)
        {
            Batches.Enqueue(batch);
            Receipt = receipt;
            if (GivesReceipts) receipt(batch.Sequence);
            return ValueTask.CompletedTask;
        }

        public async Task UntilAsync(int observations)
        {
            for (int i = 0; i < 6000 && Batches.Sum(batch => batch.Observations.Count) < observations; i++) await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
