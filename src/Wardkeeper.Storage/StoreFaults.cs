using System.Data.Common;
using DuckDB.NET.Data;
using Microsoft.Data.Sqlite;
using Wardkeeper.Hub.Health;

namespace Wardkeeper.Storage;

/// <summary>Says what kind of trouble a store's exception is, in words that tell what to do.</summary>
internal static class StoreFaults
{
    private const int SqliteBusy = 5, SqliteLocked = 6, SqliteCorrupt = 11, SqliteFull = 13, SqliteNotADatabase = 26;

    /// <summary>Every kind that goes away by itself when writing works again.</summary>
    public static readonly StoreTroubleKind[] Passing = [StoreTroubleKind.DiskFull, StoreTroubleKind.Busy, StoreTroubleKind.Unreachable, StoreTroubleKind.Failing];

    /// <summary>Whether the exception comes from a store, and is not a defect of ours.</summary>
    public static bool IsStoreFault(Exception e) => e is DbException or DuckDBException or IOException or TimeoutException || (e is AggregateException && e.InnerException is { } inner && IsStoreFault(inner));

    /// <summary>What kind of trouble it is.</summary>
    public static (StoreTroubleKind Kind, string Message) Explain(Exception e)
    {
        if (e is SqliteException sqlite)
        {
            return sqlite.SqliteErrorCode switch
            {
                SqliteFull => Full(e),
                SqliteBusy or SqliteLocked => (StoreTroubleKind.Busy, "The database is held by another process or a long transaction. Nothing is lost; writing is tried again."),
                SqliteCorrupt or SqliteNotADatabase => (StoreTroubleKind.Failing, $"The database is damaged ({Line(e)}). Stop Wardkeeper and restore a backup; batches wait in the spool meanwhile."),
                _ when History.HistoryFaults.IsFull(e) => Full(e),
                _ => Failing(e),
            };
        }
        if (History.HistoryFaults.IsFull(e)) return Full(e);
        if (e is Npgsql.NpgsqlException postgres and not Npgsql.PostgresException) return (StoreTroubleKind.Unreachable, $"The database server does not answer ({Line(postgres)}). Batches wait in the spool; writing is tried again.");
        return Failing(e);
    }

    private static (StoreTroubleKind, string) Full(Exception e) =>
        (StoreTroubleKind.DiskFull, $"The disk is full ({Line(e)}). Capture goes on and batches wait in the spool while it has room; free some space and writing resumes by itself.");

    private static (StoreTroubleKind, string) Failing(Exception e) => (StoreTroubleKind.Failing, $"Writing fails ({Line(e)}). Batches wait in the spool; writing is tried again.");

    private static string Line(Exception e) => e.Message.Split('\n')[0].TrimEnd('.');
}
