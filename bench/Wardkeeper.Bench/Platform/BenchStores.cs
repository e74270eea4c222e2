using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.History;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Bench.Platform;

/// <summary>The stores of a data folder and the path into them, put together as the platform does it.</summary>
internal sealed class BenchStores : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    private BenchStores(string folder, StoreFactory stores)
    {
        Stores = stores;
        Gate = new HubGate(stores);
        StoreHealth health = new(TimeProvider.System);
        History = HistoryStore.Open(System.IO.Path.Combine(folder, "history"), new HistoryOptions(), health);
        Ledger = new LedgerPart(LocalNetworks.Default);
        FindingBook book = new();
        DetectionPath detection = new(new Knowledge(Site.Unknown, LocalNetworks.Default, new LedgerDirectory(Ledger)), book);
        Path = new HubPath(stores, Gate, History, [Ledger, new FindingsPart(stores, book, detection)], Ledger, health, TimeProvider.System);
    }

    public StoreFactory Stores { get; }

    public HubGate Gate { get; }

    public HistoryStore History { get; }

    public LedgerPart Ledger { get; }

    public HubPath Path { get; }

    /// <summary>Opens a folder with the names that the platform uses, so that it can be started on it.</summary>
    /// <param name="folder">The data folder; made when it is not there.</param>
    /// <param name="postgres">Connection string of an empty PostgreSQL database to use instead of a file; null for the file.</param>
    public static async Task<BenchStores> OpenAsync(string folder, string? postgres = null)
    {
        Directory.CreateDirectory(folder);
        StoreFactory stores = postgres is null ? StoreFactory.Sqlite(System.IO.Path.Combine(folder, "wardkeeper.db")) : StoreFactory.Postgres(postgres);
        await using (StoreContext context = stores.Open())
        {
            if (context.Database.GetMigrations().Any()) await context.Database.MigrateAsync();
            else await context.Database.EnsureCreatedAsync();
        }
        return new BenchStores(folder, stores);
    }

    /// <summary>Reads what is stored and begins to take batches.</summary>
    public async Task RunAsync()
    {
        await Path.LoadAsync();
        running = Task.Run(() => Path.RunAsync(stop.Token));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Path.Complete();
        await running;
        await Path.DisposeAsync();
        History.Dispose();
        Gate.Dispose();
        stop.Dispose();
        if (Stores.IsSqlite) SqliteConnection.ClearAllPools();
    }
}
