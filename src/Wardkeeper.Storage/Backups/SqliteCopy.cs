using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Wardkeeper.Storage.Backups;

/// <summary>Copies a SQLite database while it is in use: as of one moment, whoever writes meanwhile.</summary>
internal static class SqliteCopy
{
    /// <summary>Makes a copy.</summary>
    /// <param name="stores">The store that is copied.</param>
    /// <param name="target">The new file.</param>
    /// <param name="look">Is shown the copy; null when nobody looks.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task MakeAsync(StoreFactory stores, string target, Func<SqliteConnection, Task>? look, CancellationToken cancel)
    {
        await using DbConnection source = await stores.ConnectAsync(cancel);
        await using SqliteConnection into = new(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
        await into.OpenAsync(cancel);
        ((SqliteConnection)source).BackupDatabase(into);
        if (look is not null) await look(into);
    }
}
