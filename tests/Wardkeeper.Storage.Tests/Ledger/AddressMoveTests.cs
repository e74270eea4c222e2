using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>An address goes from one device to another, and the hub is stopped at some time before anybody is told.</summary>
public sealed class AddressMoveTests(PostgresServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_hub_that_was_stopped_between_the_sightings_tells_the_same(string kind)
    {
        string undisturbed = await ToldAsync(kind, []);
        Assert.Contains("10.0.0.50 went from", undisturbed, StringComparison.Ordinal);
        Assert.Equal(undisturbed, await ToldAsync(kind, [1]));
        Assert.Equal(undisturbed, await ToldAsync(kind, [2]));
        Assert.Equal(undisturbed, await ToldAsync(kind, [1, 2, 3, 4]));
    }

    [Fact]
    public async Task An_address_that_goes_back_after_the_stop_is_no_reuse()
    {
        using TestFolder folder = new();
        SensorBatch[] batches = [Batch(1, 1_950, Hospital.Device(1, "10.0.0.50", 1_950)), Batch(2, 2_000, Hospital.Device(2, "10.0.0.50", 2_000)), Batch(3, 2_060, Hospital.Device(1, "10.0.0.50", 2_060)), Batch(4, 9_000, Hospital.Device(3, "10.0.0.3", 9_000))];
        StoreFactory stores = StoreFactory.Sqlite(folder["wardkeeper.db"]);
        foreach (SensorBatch batch in batches) await StoreAsync(stores, folder.Path, batch);
        Assert.DoesNotContain(await FindAsync(stores), finding => finding.Type == "address-reused");
    }

    /// <summary>What is told at the end, when the hub is stopped after some of the batches.</summary>
    private async Task<string> ToldAsync(string kind, int[] stops)
    {
        using TestFolder folder = new();
        StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
        SensorBatch[] batches = [Batch(1, 1_000, Hospital.Device(1, "10.0.0.50", 1_000)), Batch(2, 2_000, Hospital.Device(2, "10.0.0.50", 2_000)), Batch(3, 2_200, []), Batch(4, 2_400, []), Batch(5, 9_000, Hospital.Device(3, "10.0.0.3", 9_000))];
        List<SensorBatch> next = [];
        foreach (SensorBatch batch in batches)
        {
            next.Add(batch);
            if (!stops.Contains((int)batch.Sequence) && batch != batches[^1]) continue;
            await StoreAsync(stores, folder.Path, [.. next]);
            next.Clear();
        }
        FindingLine told = Assert.Single(await FindAsync(stores), finding => finding.Type == "address-reused");
        FindingDetail detail = (await new FindingQueries(stores, TimeProvider.System).GetAsync(told.Number, cancel: Cancel))!;
        return $"{told.Number} {told.Title.In(false)} {told.Severity} {told.First.Nanoseconds} {told.Last.Nanoseconds} {told.Count} {string.Join("; ", detail.Facts.Select(fact => $"{fact.Name}={fact.Observed}"))}";
    }

    private static async Task StoreAsync(StoreFactory stores, string folder, params SensorBatch[] batches)
    {
        LedgerPart ledger = new(LocalNetworks.Default);
        FindingBook book = new();
        FindingsPart findings = new(stores, book, new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Default, new LedgerDirectory(ledger)), book));
        await using TestHub hub = await TestHub.StartAsync(stores, folder, parts: [ledger, findings]);
        await hub.StoreAsync(batches);
    }

    private static async Task<IReadOnlyList<FindingLine>> FindAsync(StoreFactory stores) =>
        (await new FindingQueries(stores, TimeProvider.System).FindAsync(new FindingFilter(), new SortOrder("number"), new PageRequest(1), Cancel)).Items;

    private static SensorBatch Batch(long sequence, long end, IReadOnlyList<Observation> observations) => new() { Sensor = "north", Sequence = sequence, End = CaptureTime.FromSeconds(end), Observations = observations };
}
