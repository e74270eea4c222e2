using Microsoft.EntityFrameworkCore;
using Wardkeeper.Storage.Migrations;

namespace Wardkeeper.Storage.Tests;

public sealed class MigrationTests
{
    [Fact]
    public void Migrations_lead_to_the_tables_that_the_program_uses_on_both_stores()
    {
        using SqliteStoreContext sqlite = new SqliteDesignTime().CreateDbContext([]);
        using PostgresStoreContext postgres = new PostgresDesignTime().CreateDbContext([]);
        Assert.All((StoreContext[])[sqlite, postgres], context =>
        {
            Assert.NotEmpty(context.Database.GetMigrations());
            Assert.False(context.Database.HasPendingModelChanges(), "A row changed and no migration was made; see docs/storage.md.");
        });
    }

    [Fact]
    public async Task A_new_file_is_made_by_migrations_alone()
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-migrate-").FullName;
        try
        {
            StoreFactory stores = StoreFactory.Sqlite(Path.Combine(folder, "wardkeeper.db"));
            await using StoreContext context = stores.Open();
            await context.Database.MigrateAsync(TestContext.Current.CancellationToken);
            Assert.Empty(await context.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, true);
        }
    }
}
