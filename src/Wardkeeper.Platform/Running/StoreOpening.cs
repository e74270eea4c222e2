using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Health;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Storage;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Running;

/// <summary>Opens the stores: brings the relational one to this program's schema, and finds out early what is damaged or of a newer release.</summary>
internal static class StoreOpening
{
    // A large database is looked at in part: the start must not wait for all of it.
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(1);

    /// <summary>The relational store of a data folder, not opened yet.</summary>
    public static StoreFactory Relational(DataFolder folder, PlatformSettings settings) =>
        settings.Database.Postgres is { } connection ? StoreFactory.Postgres(connection) : StoreFactory.Sqlite(folder.Inside("wardkeeper.db"));

    /// <summary>Makes or upgrades the tables.</summary>
    /// <exception cref="UserError">It cannot be opened; says what to do.</exception>
    public static async Task PrepareAsync(StoreFactory stores, DataFolder folder, CancellationToken cancel)
    {
        if (stores.IsSqlite && await StoreCheck.FindDamageAsync(folder.Inside(Storage.Backups.Backup.Database), CheckTime) is { } damage) throw new UserError(damage);
        try
        {
            await using StoreContext context = stores.Open();
            if (context.Database.GetMigrations().Any())
            {
                string[] unknown = [.. (await context.Database.GetAppliedMigrationsAsync(cancel)).Except(context.Database.GetMigrations())];
                if (unknown.Length > 0) throw new UserError($"The database was written by a newer Wardkeeper (it has {unknown[^1]}). Start that one, or restore a backup made with this one.");
                await context.Database.MigrateAsync(cancel);
            }
            else await context.Database.EnsureCreatedAsync(cancel);
        }
        catch (DbException e)
        {
            throw new UserError(StoreFaults.Explain(e).Message);
        }
    }

    /// <summary>History of a data folder.</summary>
    public static HistoryStore History(DataFolder folder, PlatformSettings settings, StoreHealth health) =>
        HistoryStore.Open(Path.GetDirectoryName(folder.Inside("history", "any"))!, new HistoryOptions { KeepDays = settings.Retention.Days, MaxBytes = settings.Retention.Size is > 0 and var most ? most : null }, health);
}
