using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Wardkeeper.Storage;

/// <summary>Looks at the database file before it is used, for a bounded time.</summary>
internal static class StoreCheck
{
    /// <summary>What is wrong with the file and what to do, in a sentence or two; null when nothing was found, or when there is no file yet.</summary>
    /// <param name="path">The SQLite file.</param>
    /// <param name="limit">Longest that the check may take; a large file is then checked in part.</param>
    public static async Task<string?> FindDamageAsync(string path, TimeSpan limit)
    {
        if (!File.Exists(path)) return null;
        try
        {
            await using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            await connection.OpenAsync();
            using CancellationTokenSource time = new(limit);
            await using CancellationTokenRegistration stop = time.Token.Register(() => raw.sqlite3_interrupt(connection.Handle));
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            string? answer = (string?)await command.ExecuteScalarAsync(CancellationToken.None);
            return answer == "ok" ? null : Advice(path, answer ?? "no answer");
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            return null;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            return Advice(path, e.Message);
        }
    }

    private static string Advice(string path, string what) =>
        $"The database {path} is damaged ({what.Split('\n')[0].TrimEnd('.')}). It was not touched. Restore the latest backup with 'wardkeeper restore', or move the file away to begin with an empty ledger; batches in the spool are kept either way.";
}
