using System.Data.Common;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>A device's row is written as a whole only when something but the time changed: it must never lag behind for that.</summary>
public class DeviceRowTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly Subject Pump = new(Hospital.Mac(1), Hospital.Ip("10.0.0.1"), 10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_row_follows_sightings_claims_edits_and_what_comes_after_them(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync([.. Hospital.Device(1, "10.0.0.1", 1), Hospital.Says(Pump, ClaimKind.HostName, "pump", "dhcp", 2)]);
        await store.TakeAsync([Hospital.Says(Pump, ClaimKind.HostName, "pump", "dhcp", 50)]);
        await store.TakeAsync([Hospital.Says(Pump, ClaimKind.HostName, "pump", "dhcp", 60)]);
        Assert.Equal(("pump", null, 60L), await RowAsync(store));
        await store.Commands.ApplyAsync(LedgerStore.Engineer, [new EditDevice(1, new Dictionary<string, string?> { ["bed"] = "ICU-3" })], "moved", Cancel);
        await store.TakeAsync([Hospital.Says(Pump, ClaimKind.HostName, "pump", "dhcp", 70)]);
        Assert.Equal(("pump", "ICU-3", 70L), await RowAsync(store));
        await store.Commands.ApplyAsync(LedgerStore.Engineer, [new EditDevice(1, new Dictionary<string, string?> { ["bed"] = null })], "moved back", Cancel);
        await store.TakeAsync([Hospital.Says(Pump, ClaimKind.HostName, "pump", "dhcp", 80)]);
        Assert.Equal(("pump", null, 80L), await RowAsync(store));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Where_a_claim_was_read_is_stored(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        Subject pump = Subject.Of(Hospital.Mac(1), Hospital.Ip("10.0.0.1"));
        ByteRange read = new(Side.Server, 5_000_000_000, 21);
        Claim without = Hospital.Says(pump, ClaimKind.Software, "OpenSSH_9.2", "ssh", 3), with = Hospital.Says(pump, ClaimKind.Software, "nginx/1.22", "http", 2) with { Bytes = read };
        await store.TakeAsync([.. Hospital.Device(1, "10.0.0.1", 1), with]);
        await store.TakeAsync([without]);
        DeviceDetail detail = (await store.Queries.GetAsync(1, cancel: Cancel))!;
        ClaimTally[] claims = [.. detail.Fields.SelectMany(field => field.Claims).Where(claim => claim.Kind == ClaimKind.Software).DistinctBy(claim => claim.Value)];
        Assert.Equal([("OpenSSH_9.2", null), ("nginx/1.22", read)], claims.Select(claim => (claim.Value, claim.Bytes)).OrderBy(claim => claim.Value, StringComparer.Ordinal));
        Assert.Equal(LedgerStore.Dump(store.Part.Ledger), LedgerStore.Dump((await store.ReadAsync()).Ledger));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_row_that_was_lost_with_its_transaction_is_written_by_the_next(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync(Hospital.Device(1, "10.0.0.1", 1));
        store.Part.Take(new SensorBatch { Sensor = "s", Sequence = 2, End = default, Observations = [Hospital.Says(Pump, ClaimKind.HostName, "pump", "dhcp", 2)] });
        await using (DbConnection connection = await store.Stores.ConnectAsync(Cancel))
        {
            await using DbTransaction transaction = await connection.BeginTransactionAsync(Cancel);
            store.Part.Save(connection, transaction);
            await transaction.RollbackAsync(Cancel);
        }
        await store.SaveAsync();
        Assert.Equal(("pump", null, 2L), await RowAsync(store));
    }

    [Fact]
    public async Task Lists_are_read_by_their_indexes()
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(Stores.Sqlite, server);
        foreach (string column in new[] { "NameSort", "IpSort", "LastSeen", "OpenFindings" })
        {
            await using DbConnection connection = await store.Stores.ConnectAsync(Cancel);
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = $"EXPLAIN QUERY PLAN SELECT \"Id\" FROM \"LedgerDevices\" WHERE \"IsListed\" ORDER BY \"{column}\", \"Id\" LIMIT 50";
            await using DbDataReader reader = await command.ExecuteReaderAsync(Cancel);
            Assert.True(await reader.ReadAsync(Cancel));
            Assert.EndsWith($"INDEX IX_LedgerDevices_{column}", reader.GetString(3), StringComparison.Ordinal);
            Assert.False(await reader.ReadAsync(Cancel), "nothing is sorted");
        }
    }

    private static async Task<(string?, string?, long)> RowAsync(LedgerStore store)
    {
        DeviceLine line = Assert.Single((await store.Queries.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1), Cancel)).Items);
        return (line.Name, line.Bed, line.LastSeen.Nanoseconds / CaptureTime.PerSecond);
    }
}
