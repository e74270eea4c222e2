using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Wardkeeper.Storage.Migrations;

/// <summary>Gives the migration tool a context on SQLite; nothing is opened. How migrations are made stands in docs/storage.md.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteStoreContext>
{
    /// <inheritdoc/>
    public SqliteStoreContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteStoreContext>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>Gives the migration tool a context on PostgreSQL; nothing is opened.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresStoreContext>
{
    /// <inheritdoc/>
    public PostgresStoreContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresStoreContext>().UseNpgsql("Host=localhost").Options);
}
