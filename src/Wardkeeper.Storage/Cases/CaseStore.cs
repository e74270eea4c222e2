using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Storage.Backups;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.History;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Cases;

/// <summary>
/// The stores of one case, open: a ledger in SQLite and a history in DuckDB, both in the case's own folder, whatever the main store
/// is. They are read by the same code as the live ones.
/// </summary>
internal sealed class CaseStore : IAsyncDisposable
{
    /// <summary>Name of the uploaded file in its case's folder.</summary>
    public const string Capture = "capture";

    private const int Megabytes = 96;

    private CaseStore(StoreFactory stores, HistoryStore history, TimeProvider time)
    {
        (Stores, HistoryStore) = (stores, history);
        Devices = new DeviceQueries(stores, time);
        Findings = new FindingQueries(stores, time);
        History = new HistoryQueries(history);
    }

    public StoreFactory Stores { get; }

    public HistoryStore HistoryStore { get; }

    public IDeviceQueries Devices { get; }

    public IFindingQueries Findings { get; }

    public IHistoryQueries History { get; }

    /// <summary>Whether a folder holds the stores of a case.</summary>
    public static bool IsThere(string folder) => File.Exists(DatabaseOf(folder));

    /// <summary>Opens the stores of a folder; makes them, or brings them to this program's schema.</summary>
    public static async Task<CaseStore> OpenAsync(string folder, TimeProvider time, CancellationToken cancel)
    {
        StoreFactory stores = StoreFactory.Sqlite(DatabaseOf(folder));
        await using (StoreContext context = stores.Open()) await context.Database.MigrateAsync(cancel);
        HistoryStore history = HistoryStore.Open(Path.Combine(folder, "history"), new HistoryOptions { MemoryMegabytes = Megabytes, Readers = 1, KeepDays = int.MaxValue }, new StoreHealth(time));
        return new CaseStore(stores, history, time);
    }

    /// <summary>Copies the stores into a folder, as they are to be found in a case's.</summary>
    public async Task CopyAsync(string folder, CancellationToken cancel)
    {
        string days = Path.Combine(folder, "history");
        Directory.CreateDirectory(days);
        await SqliteCopy.MakeAsync(Stores, DatabaseOf(folder), null, cancel);
        foreach (HistoryDay day in HistoryStore.Days) await HistoryStore.CopyAsync(day, days);
    }

    /// <summary>Deletes the stores of a folder that nobody has open.</summary>
    public static void Clear(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (string end in (ReadOnlySpan<string>)["", "-wal", "-shm"]) File.Delete(DatabaseOf(folder) + end);
        foreach (string part in (ReadOnlySpan<string>)["history", "spool"])
        {
            if (Directory.Exists(Path.Combine(folder, part))) Directory.Delete(Path.Combine(folder, part), true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        HistoryStore.Dispose();
        await using DbConnection connection = await Stores.ConnectAsync();
        // The last connection that closes brings the write-ahead log into the database.
        SqliteConnection.ClearPool((SqliteConnection)connection);
    }

    private static string DatabaseOf(string folder) => Path.Combine(folder, "wardkeeper.db");
}
