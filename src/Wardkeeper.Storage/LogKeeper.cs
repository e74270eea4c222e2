using System.Data.Common;

namespace Wardkeeper.Storage;

/// <summary>
/// Writes SQLite's log back into the database file beside who commits: a connection does that by itself at a commit every thousand pages, which then takes many times as long as others. For one writer; nothing
/// where the store is PostgreSQL.
/// </summary>
internal sealed class LogKeeper(StoreFactory stores)
{
    private const int CommitsBetween = 64, MostPasses = 3;

    /// <summary>Pages of the log from which on the writer waits for once, so that it does not grow without end: 64 MB.</summary>
    private const long MostPages = 16_384;

    private int since;
    private Task running = Task.CompletedTask;

    /// <summary>Takes the work from a connection.</summary>
    public async Task TakeOverAsync(DbConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (!stores.IsSqlite) return;
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_autocheckpoint=0";
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Something was committed over that connection.</summary>
    public void Committed()
    {
        if (!stores.IsSqlite || ++since < CommitsBetween || !running.IsCompleted) return;
        since = 0;
        running = Task.Run(RunAsync);
    }

    /// <summary>Waits for what is under way.</summary>
    public Task EndAsync() => running;

    /// <summary>Each pass takes what was committed during the one before; the log begins anew when one comes to its end.</summary>
    private async Task RunAsync()
    {
        try
        {
            await using DbConnection connection = await stores.ConnectAsync();
            for (int pass = 0; pass < MostPasses; pass++)
            {
                (long pages, long written) = await PassAsync(connection, "PASSIVE");
                if (pages == written) return;
                if (pages > MostPages) await PassAsync(connection, "RESTART");
            }
        }
        catch (Exception e) when (StoreFaults.IsStoreFault(e))
        {
            // Tried again after the next commits; whoever else commits does it too.
        }
    }

    private static async Task<(long Pages, long Written)> PassAsync(DbConnection connection, string how)
    {
        await using DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // one of two words
        command.CommandText = $"PRAGMA wal_checkpoint({how})";
#pragma warning restore CA2100 // as above
        await using DbDataReader row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() ? (row.GetInt64(1), row.GetInt64(2)) : (0, 0);
    }
}
