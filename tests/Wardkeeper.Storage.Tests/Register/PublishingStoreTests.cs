using System.Data.Common;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Audit;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;
using Wardkeeper.Storage.Register;
using Wardkeeper.Storage.Tests.Ledger;

namespace Wardkeeper.Storage.Tests.Register;

/// <summary>The border's tables, on both stores: what is in force, what follows from it, and that it is over when they are.</summary>
public sealed class PublishingStoreTests(PostgresServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_table_is_looked_at_put_in_force_replaced_and_taken_back(string kind)
    {
        await using Border border = await Border.MakeAsync(kind, server);
        await border.SeesAsync(100);
        PublishingLine preview = await border.Tables.PreviewAsync(ImportStores.Engineer, "border.csv", Table(["portal", "203.0.113.5", "443", "10.0.0.1", "8443", "tcp"], ["db", "203.0.113.5", "3306", "10.0.0.9", "3306", "tcp"], ["bad", "203.0.113.5", "0", "10.0.0.2", "", "tcp"]), Cancel);
        Assert.Equal((PublishingState.Preview, 2, 1), (preview.State, preview.Services, preview.ProblemCount));
        Assert.Equal((4, 3, "not-a-port"), preview.Problems.Select(one => (one.Row, one.Column, one.Code)).Single());
        Page<PublishedLine> services = await border.Tables.ServicesAsync(preview.Number, new PageRequest(1), Cancel);
        Assert.Equal([("203.0.113.5:443", "10.0.0.1:8443", 1L), ("203.0.113.5:3306", "10.0.0.9:3306", null)], services.Items.Select(one => (one.Service.OutsideText, one.Service.InsideText, one.Device)));
        await border.SeesAsync(200);
        Assert.Empty(await border.FindingsAsync());
        Assert.Equal(0, await border.Devices.CountAsync(new DeviceFilter { IsPublished = true }, Cancel));

        // In force: on the device, in the filter, and from the next batch on as findings.
        Assert.Equal(PublishingState.InForce, (await border.Tables.ApplyAsync(ImportStores.Engineer, preview.Number, Cancel))!.State);
        Assert.Null(await border.Tables.ApplyAsync(ImportStores.Engineer, preview.Number, Cancel));
        DeviceDetail device = (await border.Devices.GetAsync(1, null, Cancel))!;
        Assert.Equal((true, "portal"), (device.Line.IsPublished, device.Published.Single().Name));
        Assert.Equal([1L], (await border.Devices.FindAsync(new DeviceFilter { IsPublished = true }, new SortOrder("id"), new PageRequest(1), Cancel)).Items.Select(line => line.Id));
        Assert.Equal([2L], (await border.Devices.FindAsync(new DeviceFilter { IsPublished = false }, new SortOrder("id"), new PageRequest(1), Cancel)).Items.Select(line => line.Id));
        await border.SeesAsync(300);
        Assert.Equal([("10.0.0.1", Severity.High, FindingState.New), ("10.0.0.9", Severity.High, FindingState.New)], await border.FindingsAsync());

        // Replaced as a whole, also over a restart: what is gone is closed by itself, and says so.
        PublishingLine second = await border.Tables.PreviewAsync(ImportStores.Engineer, "new.csv", Table(["db", "203.0.113.5", "3306", "10.0.0.9", "3306", "tcp"]), Cancel);
        border.Clock.Now += TimeSpan.FromHours(1);
        await border.Tables.ApplyAsync(ImportStores.Engineer, second.Number, Cancel);
        Assert.Equal(PublishingState.Replaced, (await border.Tables.GetAsync(preview.Number, Cancel))!.State);
        await border.RestartAsync();
        await border.SeesAsync(400);
        Assert.Equal([("10.0.0.1", Severity.High, FindingState.Closed), ("10.0.0.9", Severity.High, FindingState.New)], await border.FindingsAsync());
        Assert.Equal(("ended", null), (await border.Findings.GetAsync(1, null, Cancel))!.Notes.Select(note => (note.Action, note.Who)).Last());

        // Taken back: the one before holds again, and its finding is open again.
        border.Clock.Now += TimeSpan.FromHours(1);
        Assert.Null(await border.Tables.UndoAsync(ImportStores.Engineer, preview.Number, "wrong file", Cancel));
        Assert.Equal(PublishingState.Undone, (await border.Tables.UndoAsync(ImportStores.Engineer, second.Number, "wrong file", Cancel))!.State);
        Assert.Equal(PublishingState.InForce, (await border.Tables.GetAsync(preview.Number, Cancel))!.State);
        await border.SeesAsync(500);
        Assert.Equal([FindingState.New, FindingState.New], (await border.FindingsAsync()).Select(finding => finding.State));
        Assert.Equal(PublishingState.Undone, (await border.Tables.UndoAsync(ImportStores.Engineer, preview.Number, "none is right", Cancel))!.State);
        await border.SeesAsync(600);
        Assert.All(await border.FindingsAsync(), finding => Assert.Equal(FindingState.Closed, finding.State));
        Assert.Equal(4, await border.AuditedAsync());
    }

    [Fact]
    public async Task What_cannot_be_taken_is_refused()
    {
        await using Border border = await Border.MakeAsync(Stores.Sqlite, server);
        Assert.Equal("no-inside-address", Refused(await Assert.ThrowsAsync<RefusedException>(() => border.Tables.PreviewAsync(ImportStores.Engineer, "x", new RegisterTable(["a"], [(2, ["b"])], "csv (UTF-8)"), Cancel))));
        Assert.Equal("no-rows", Refused(await Assert.ThrowsAsync<RefusedException>(() => border.Tables.PreviewAsync(ImportStores.Engineer, "x", Table(), Cancel))));
        PublishingLine bad = await border.Tables.PreviewAsync(ImportStores.Engineer, "x", Table(["", "", "", "nowhere", "", ""]), Cancel);
        Assert.Equal("nothing-to-take", Refused(await Assert.ThrowsAsync<RefusedException>(() => border.Tables.ApplyAsync(ImportStores.Engineer, bad.Number, Cancel))));
        Actor analyst = new("wang", new HashSet<Role> { Role.Analyst });
        Assert.Equal("import-forbidden", Refused(await Assert.ThrowsAsync<RefusedException>(() => border.Tables.ApplyAsync(analyst, bad.Number, Cancel))));
    }

    private static string Refused(RefusedException refused) => refused.Mistakes.Single().Code;

    private static RegisterTable Table(params string[][] rows) =>
        new(["rule", "public ip", "public port", "private ip", "private port", "protocol"], [.. rows.Select((cells, i) => (i + 2, (IReadOnlyList<string>)cells))], "csv (UTF-8)");

    /// <summary>Ledger, detection and tables on one store, as they run.</summary>
    private sealed class Border : IAsyncDisposable
    {
        private readonly TestFolder folder;
        private readonly StoreFactory stores;
        private readonly HubGate gate;
        private readonly AuditLog audit;
        private IBatchPart[] parts = [];
        private long sequence;

        private Border(StoreFactory stores, TestFolder folder)
        {
            (this.stores, this.folder) = (stores, folder);
            gate = new HubGate(stores);
            audit = new AuditLog(stores, new AuditAnchors(folder["anchors"]), Clock, gate);
            Devices = new DeviceQueries(stores, Clock);
            Findings = new FindingQueries(stores, Clock);
        }

        public Wall Clock { get; } = new();

        public DeviceQueries Devices { get; }

        public FindingQueries Findings { get; }

        public PublishingStore Tables { get; private set; } = null!;

        public static async Task<Border> MakeAsync(string kind, PostgresServer server)
        {
            TestFolder folder = new();
            StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
            await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
            Border border = new(stores, folder);
            await border.RestartAsync();
            return border;
        }

        public async Task RestartAsync()
        {
            LedgerPart ledger = new(LocalNetworks.Default);
            FindingBook book = new();
            DetectionPath detection = new(new Knowledge(Site.Unknown, LocalNetworks.Default, new LedgerDirectory(ledger)), book);
            parts = [ledger, new FindingsPart(stores, book, detection)];
            Tables = new PublishingStore(stores, gate, audit, detection, new JobBoard(new ChangeFeed(), Clock), Clock);
            await using DbConnection connection = await stores.ConnectAsync();
            foreach (IBatchPart part in parts) part.Load(connection);
        }

        /// <summary>A batch in which two devices are seen.</summary>
        public async Task SeesAsync(long second)
        {
            SensorBatch batch = new() { Sensor = "s", Sequence = ++sequence, End = CaptureTime.FromSeconds(second), Observations = [.. Hospital.Device(1, "10.0.0.1", second), .. Hospital.Device(2, "10.0.0.2", second)], Flows = [] };
            foreach (IBatchPart part in parts) part.Take(batch);
            await using DbConnection connection = await stores.ConnectAsync();
            await using DbTransaction transaction = await connection.BeginTransactionAsync();
            foreach (IBatchPart part in parts) part.Save(connection, transaction);
            await transaction.CommitAsync();
            foreach (IBatchPart part in parts) part.Saved();
        }

        public async Task<IReadOnlyList<(string Address, Severity Severity, FindingState State)>> FindingsAsync() =>
            [.. (await Findings.FindAsync(new FindingFilter { Types = ["service-published-outside"] }, new SortOrder("number"), new PageRequest(1))).Items.Select(finding => (finding.Subject.Ip.ToString(), finding.Severity, finding.State))];

        public async Task<int> AuditedAsync()
        {
            Assert.Null((await audit.VerifyAsync()).Break);
            return (await audit.FindAsync(new AuditFilter(), new PageRequest(1))).Items.Count(entry => entry.Action.StartsWith("publishing-", StringComparison.Ordinal));
        }

        public ValueTask DisposeAsync()
        {
            gate.Dispose();
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Wall : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
