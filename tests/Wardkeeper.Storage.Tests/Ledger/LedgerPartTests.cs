using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Tests.Ledger;

public sealed class LedgerPartTests(PostgresServer server)
{
    private static readonly LedgerLimits Small = new() { Candidates = 40, ClaimsOfKind = 6, Facts = 400, Services = 3 };

    /// <summary>The hub may be stopped after any batch: what it read back goes on exactly as it would have.</summary>
    [Theory]
    [InlineData(Stores.Sqlite, 1)]
    [InlineData(Stores.Sqlite, 2)]
    [InlineData(Stores.Postgres, 4)]
    public async Task A_ledger_that_was_stored_and_read_goes_on_as_if_nothing_had_happened(string kind, int seed)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server, Small);
        LedgerPart never = new(LocalNetworks.Default, Small);
        Hospital hospital = new(seed);
        for (int batch = 0; batch < 6; batch++)
        {
            (List<Observation> observations, List<FlowRecord> flows) = hospital.Batch(150);
            never.Take(new SensorBatch { Sensor = "s", Sequence = batch + 1, End = default, Observations = observations, Flows = flows });
            never.Ledger.Decide();
            await store.TakeAsync(observations, flows);
            LedgerPart read = await store.ReadAsync();
            Assert.Equal(LedgerStore.Dump(never.Ledger), LedgerStore.Dump(read.Ledger));
            // The next batch goes into the ledger that was read.
            await using System.Data.Common.DbConnection connection = await store.Stores.ConnectAsync(TestContext.Current.CancellationToken);
            store.Part.Load(connection);
        }
        Assert.True(never.Ledger.Devices.Count > 5 && never.Ledger.Numbers.CandidatesDropped > 0);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_a_transaction_lost_is_stored_by_the_next_one(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        store.Part.Take(new SensorBatch { Sensor = "s", Sequence = 1, End = default, Observations = Hospital.Device(1, "10.0.0.1", 1) });
        await using (System.Data.Common.DbConnection connection = await store.Stores.ConnectAsync(TestContext.Current.CancellationToken))
        {
            await using System.Data.Common.DbTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            store.Part.Save(connection, transaction);
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        }
        Assert.Empty((await store.ReadAsync()).Ledger.Devices);
        await store.TakeAsync(Hospital.Device(2, "10.0.0.2", 2));
        Assert.Equal(LedgerStore.Dump(store.Part.Ledger), LedgerStore.Dump((await store.ReadAsync()).Ledger));
        Assert.Equal(2, store.Part.Ledger.Devices.Count);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task History_asks_whose_an_address_is(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync(Hospital.Device(1, "10.0.0.1", 1));
        Assert.Equal(1, store.Part.DeviceOf(Hospital.Mac(1), Hospital.Ip("10.0.0.1")));
        Assert.Equal(1, store.Part.DeviceOf(default, Hospital.Ip("10.0.0.1")));
        Assert.Null(store.Part.DeviceOf(default, Hospital.Ip("10.0.0.2")));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task An_edit_is_stored_with_its_audit_entry_and_survives(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync(Hospital.Device(1, "10.0.0.1", 1));
        LedgerResult result = await store.Commands.ApplyAsync(LedgerStore.Engineer, [new EditDevice(1, new Dictionary<string, string?> { ["bed"] = "ICU-3" }, 1)], "moved", TestContext.Current.CancellationToken);
        Assert.Equal((LedgerStatus.Done, 2L), (result.Status, result.Devices[0].Revision));
        Assert.Equal(["li device-edited D-1  -> bed: ICU-3 (moved)"], store.Audited);
        Assert.Equal(LedgerStore.Dump(store.Part.Ledger), LedgerStore.Dump((await store.ReadAsync()).Ledger));
        Assert.Equal("ICU-3", store.Part.Ledger.Devices[1].Fields["bed"].Value);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task An_edit_whose_audit_entry_fails_did_not_happen(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync([.. Hospital.Device(1, "10.0.0.1", 1), .. Hospital.Device(2, "10.0.0.2", 2)]);
        string before = LedgerStore.Dump(store.Part.Ledger);
        store.AuditFails = new IOException("no space");
        await Assert.ThrowsAsync<IOException>(() => store.Commands.ApplyAsync(
            LedgerStore.Engineer,
            [new MergeDevices(1, 2), new EditDevice(1, new Dictionary<string, string?> { ["bed"] = "1" }), new AddDevice(new Dictionary<string, string?> { ["name"] = "x" }), new ChangeLifeCycle(1, "retired")],
            "because",
            TestContext.Current.CancellationToken));
        Assert.Equal(before, LedgerStore.Dump(store.Part.Ledger));
        Assert.Equal(before, LedgerStore.Dump((await store.ReadAsync()).Ledger));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_merge_is_stored_and_undone(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync([.. Hospital.Device(1, "10.0.0.1", 1), .. Hospital.Device(2, "10.0.0.2", 2)]);
        LedgerResult merged = await store.Commands.ApplyAsync(LedgerStore.Engineer, [new MergeDevices(1, 2)], "one cabinet", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await store.Queries.GetAsync(2, cancel: TestContext.Current.CancellationToken))!.Line.Id);
        Assert.Equal(LedgerStatus.Done, (await store.Commands.UndoAsync(LedgerStore.Engineer, merged.Operation, "wrong", TestContext.Current.CancellationToken)).Status);
        Assert.Equal(2, (await store.Queries.GetAsync(2, cancel: TestContext.Current.CancellationToken))!.Line.Id);
        Assert.Equal(LedgerStore.Dump(store.Part.Ledger), LedgerStore.Dump((await store.ReadAsync()).Ledger));
        Assert.Equal(LedgerStatus.NotFound, (await store.Commands.UndoAsync(LedgerStore.Engineer, 99, null, TestContext.Current.CancellationToken)).Status);
    }
}
