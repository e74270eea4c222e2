using Microsoft.EntityFrameworkCore;

namespace Wardkeeper.Storage;

/// <summary>
/// The relational store: ledger, findings, persons, audit. Each capability keeps its rows and their configuration in a folder of
/// its own (<c>Ledger/</c>, <c>Findings/</c> …); this class only gathers them. Times are nanoseconds since the epoch, so that
/// SQLite and PostgreSQL keep the same values.
/// </summary>
internal abstract class StoreContext(DbContextOptions options) : DbContext(options)
{
    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(StoreContext).Assembly);
}

/// <summary>The store in a SQLite file.</summary>
internal sealed class SqliteStoreContext(DbContextOptions<SqliteStoreContext> options) : StoreContext(options);

/// <summary>The store in a PostgreSQL database.</summary>
internal sealed class PostgresStoreContext(DbContextOptions<PostgresStoreContext> options) : StoreContext(options);
