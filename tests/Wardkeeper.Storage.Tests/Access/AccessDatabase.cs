using Wardkeeper.Storage.Access;
using Wardkeeper.Storage.Audit;

namespace Wardkeeper.Storage.Tests.Access;

/// <summary>An empty store with its audit log, in a SQLite file or in a PostgreSQL database.</summary>
internal sealed class AccessDatabase : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-access-").FullName;
    private readonly AuditAnchors anchors;

    private AccessDatabase(string? postgres)
    {
        Factory = postgres is null ? StoreFactory.Sqlite(Path.Combine(folder, "wardkeeper.db")) : StoreFactory.Postgres(postgres);
        anchors = new AuditAnchors(Path.Combine(folder, "audit-anchors"));
        Log = new AuditLog(Factory, anchors, TimeProvider.System);
        Store = new AccessStore(Factory, Log);
    }

    public StoreFactory Factory { get; }

    public AuditLog Log { get; }

    public AccessStore Store { get; }

    public static async Task<AccessDatabase> CreateAsync(PostgresServer? server)
    {
        AccessDatabase database = new(server is null ? null : await server.NewDatabaseAsync());
        await using (StoreContext context = database.Factory.Open()) await context.Database.EnsureCreatedAsync();
        await database.Log.PrepareAsync();
        return database;
    }

    public ValueTask DisposeAsync()
    {
        Store.Dispose();
        anchors.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, true);
        return ValueTask.CompletedTask;
    }
}
