using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Wardkeeper.Storage;

/// <summary>Write-ahead log, and a sync at every commit: what was acknowledged survives a crash.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    /// <inheritdoc/>
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set((SqliteConnection)connection);

    /// <inheritdoc/>
    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Set((SqliteConnection)connection);
        return Task.CompletedTask;
    }

    internal static void Set(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        // With the usual 2 MB a large transaction writes pages out and reads them again before its end.
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000; PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=1000;";
        command.ExecuteNonQuery();
    }
}
