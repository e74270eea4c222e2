using System.Data.Common;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Audit;
using Wardkeeper.Storage.Ledger;
using Wardkeeper.Storage.Register;

namespace Wardkeeper.Storage.Tests.Register;

/// <summary>A ledger with imports on an empty store, all of it the real thing.</summary>
internal sealed class ImportStores : IAsyncDisposable
{
    private readonly TestFolder folder;
    private readonly HubGate gate;
    private readonly StoreFactory stores;
    private readonly LedgerPart part = new(LocalNetworks.Default);

    private ImportStores(StoreFactory stores, TestFolder folder)
    {
        (this.stores, this.folder) = (stores, folder);
        gate = new HubGate(stores);
        Commands = new LedgerCommands(gate, part, new AuditLog(stores, new AuditAnchors(folder["anchors"]), TimeProvider.System, gate), TimeProvider.System);
        Devices = new DeviceQueries(stores);
        Imports = new RegisterImports(stores, gate, new LedgerCandidates(stores, gate, part), Commands, Jobs, TimeProvider.System);
    }

    public static Actor Engineer { get; } = new("li", new HashSet<Role> { Role.ClinicalEngineer });

    public LedgerCommands Commands { get; }

    public DeviceQueries Devices { get; }

    public RegisterImports Imports { get; }

    public JobBoard Jobs { get; } = new(new ChangeFeed(), TimeProvider.System);

    public static async Task<ImportStores> MakeAsync(string kind, PostgresServer server)
    {
        TestFolder folder = new();
        StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
        return new ImportStores(stores, folder);
    }

    public async Task SeeAsync(IReadOnlyList<Observation> observations)
    {
        part.Take(new SensorBatch { Sensor = "s", Sequence = 1, End = default, Observations = observations, Flows = [] });
        await using DbConnection connection = await stores.ConnectAsync();
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        part.Save(connection, transaction);
        await transaction.CommitAsync();
        part.Saved();
    }

    public async Task<DeviceDetail> DeviceAsync(long number) => (await Devices.GetAsync(number))!;

    public async Task<IReadOnlyList<ImportRow>> RowsAsync(ImportLine import) => (await Imports.RowsAsync(import.Number, null, false, new PageRequest(1))).Items;

    public ValueTask DisposeAsync()
    {
        gate.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
