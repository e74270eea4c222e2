using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Wardkeeper.Storage;

/// <summary>Opens contexts on one store, be it a SQLite file or a PostgreSQL database.</summary>
internal sealed class StoreFactory
{
    private readonly Func<StoreContext> create;
    private readonly Func<DbConnection> connect;

    private StoreFactory(Func<StoreContext> create, Func<DbConnection> connect, bool isSqlite) => (this.create, this.connect, IsSqlite) = (create, connect, isSqlite);

    /// <summary>Whether the store is a SQLite file.</summary>
    public bool IsSqlite { get; }

    /// <summary>A store in a SQLite file, in write-ahead mode with a sync at each commit.</summary>
    public static StoreFactory Sqlite(string path)
    {
        string connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30, Pooling = true }.ToString();
        DbContextOptions<SqliteStoreContext> options = new DbContextOptionsBuilder<SqliteStoreContext>().UseSqlite(connection).AddInterceptors(new SqlitePragmas()).Options;
        return new StoreFactory(() => new SqliteStoreContext(options), () => new SqliteConnection(connection), true);
    }

    /// <summary>A store in a PostgreSQL database.</summary>
    public static StoreFactory Postgres(string connection)
    {
        DbContextOptions<PostgresStoreContext> options = new DbContextOptionsBuilder<PostgresStoreContext>().UseNpgsql(connection).Options;
        return new StoreFactory(() => new PostgresStoreContext(options), () => new NpgsqlConnection(connection), false);
    }

    /// <summary>A context; the caller disposes of it. One thread uses it at a time.</summary>
    public StoreContext Open() => create();

    /// <summary>A context inside a transaction that another opened: it sees what that one wrote and has not committed. The caller disposes of it, before the transaction.</summary>
    public StoreContext Open(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        StoreContext context = create();
        context.Database.SetDbConnection(transaction.Connection, contextOwnsConnection: false);
        context.Database.UseTransaction(transaction);
        return context;
    }

    /// <summary>An open connection for prepared commands; the caller disposes of it.</summary>
    public async Task<DbConnection> ConnectAsync(CancellationToken cancel = default)
    {
        DbConnection connection = connect();
        await connection.OpenAsync(cancel);
        if (connection is SqliteConnection sqlite) SqlitePragmas.Set(sqlite);
        return connection;
    }
}
