using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>A small ledger that questions are put to; nobody changes it.</summary>
public abstract class QueriedStore(string kind, PostgresServer server) : IAsyncLifetime
{
    internal LedgerStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Store = await LedgerStore.MakeAsync(kind, server);
        await Store.TakeAsync([
            .. Hospital.Device(1, "10.0.0.9", 100),
            .. Hospital.Device(2, "10.0.0.10", 200),
            .. Hospital.Device(3, "10.3.0.1", 300),
            Hospital.Says(At(1, "10.0.0.9"), ClaimKind.HostName, "zeta", "dhcp", 110),
            Hospital.Says(At(2, "10.0.0.10"), ClaimKind.HostName, "Alpha", "dhcp", 210),
            Hospital.Says(At(2, "10.0.0.10"), ClaimKind.Model, "A-1", "snmp", 211, "x"),
            Hospital.Says(At(2, "10.0.0.10"), ClaimKind.Model, "B-2", "lldp", 212, "y"),
            Hospital.Says(At(2, "10.0.0.10"), ClaimKind.Modality, "CT", "dicom", 213),
            Hospital.Says(At(2, "10.0.0.10"), ClaimKind.HostName, "SOMATOM-1", "snmp", 214),
        ]);
        await Do(new EditDevice(1, Fields(("department", "ICU"), ("bed", "ICU-3"), ("assetTag", "ZC202577018"), ("person", "刘勇"), ("type", "infusion-pump"), ("consequence", "death-or-serious-injury"))));
        await Do(new AddDevice(Fields(("name", "Spare % pump"), ("serialNumber", "SN_77"))));
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static Subject At(ulong number, string ip) => new(Hospital.Mac(number), Hospital.Ip(ip), 10);

    private static Dictionary<string, string?> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => (string?)field.Value);

    private async Task Do(LedgerChange change) => Assert.Equal(LedgerStatus.Done, (await Store.Commands.ApplyAsync(LedgerStore.Engineer, [change], "because")).Status);
}

/// <summary>On SQLite.</summary>
public sealed class SqliteQueriedStore(PostgresServer server) : QueriedStore(Stores.Sqlite, server);

/// <summary>On PostgreSQL.</summary>
public sealed class PostgresQueriedStore(PostgresServer server) : QueriedStore(Stores.Postgres, server);
