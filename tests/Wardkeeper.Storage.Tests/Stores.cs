namespace Wardkeeper.Storage.Tests;

/// <summary>The stores that every storage test runs on.</summary>
public static class Stores
{
    public const string Sqlite = "sqlite", Postgres = "postgres";

    public static TheoryData<string> All { get; } = new(Sqlite, Postgres);

    /// <summary>An empty store of a kind, without tables.</summary>
    internal static async Task<StoreFactory> MakeAsync(string kind, TestFolder folder, PostgresServer server) =>
        kind == Sqlite ? StoreFactory.Sqlite(folder["wardkeeper.db"]) : StoreFactory.Postgres(await server.NewDatabaseAsync());
}
