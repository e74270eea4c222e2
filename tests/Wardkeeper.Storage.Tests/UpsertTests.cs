using System.Data.Common;
using System.Globalization;

namespace Wardkeeper.Storage.Tests;

public class UpsertTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Thousands_of_rows_are_stored_and_of_one_key_the_last_row_holds(string kind)
    {
        using TestFolder folder = new();
        StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
        await using DbConnection connection = await MakeTableAsync(stores);
        await using (DbTransaction transaction = await connection.BeginTransactionAsync(Cancel))
        {
            using (Upsert into = new(connection, transaction, "things", ["id"], ["count", "word"], ["first"]))
            {
                for (long id = 1; id <= 12_000; id++) into.Run(id, 1L, null, "begun");
                into.Run(12_000L, 2L, "it's; \" $1 @p0", "never written");
                into.Run(7L, 3L, "again", "never written");
                into.Run(7L, 4L, "last", "never written");
            }
            await transaction.CommitAsync(Cancel);
        }
        Assert.Equal("12000|12004", await AskAsync(connection, "SELECT CAST(count(*) AS TEXT) || '|' || CAST(sum(count) AS TEXT) FROM things"));
        Assert.Equal("4|last", await AskAsync(connection, "SELECT CAST(count AS TEXT) || '|' || word FROM things WHERE id = 7"));
        Assert.Equal("it's; \" $1 @p0", await AskAsync(connection, "SELECT word FROM things WHERE id = 12000"));
        Assert.Equal("11998", await AskAsync(connection, "SELECT CAST(count(*) AS TEXT) FROM things WHERE word IS NULL"));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_lasts_is_not_written_again_and_an_update_writes_one_column(string kind)
    {
        using TestFolder folder = new();
        StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
        await using DbConnection connection = await MakeTableAsync(stores);
        await using (DbTransaction transaction = await connection.BeginTransactionAsync(Cancel))
        {
            using (Upsert into = new(connection, transaction, "things", ["id"], ["count", "word"], ["first"])) into.Run(1L, 1L, "a", "begun");
            using (Upsert into = new(connection, transaction, "things", ["id"], ["count", "word"], ["first"])) into.Run(1L, 2L, "b", "later");
            using (Upsert update = Upsert.Update(connection, transaction, "things", "id", "count"))
            {
                update.Run(1L, 9L);
                update.Run(2L, 9L);
            }
            await transaction.CommitAsync(Cancel);
        }
        Assert.Equal("9|b|begun", await AskAsync(connection, "SELECT CAST(count AS TEXT) || '|' || word || '|' || first FROM things"));
        Assert.Equal("1", await AskAsync(connection, "SELECT CAST(count(*) AS TEXT) FROM things"));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task An_insert_fails_when_the_key_is_there(string kind)
    {
        using TestFolder folder = new();
        StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
        await using DbConnection connection = await MakeTableAsync(stores);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(Cancel);
        using (Upsert into = Upsert.Insert(connection, transaction, "things", ["id", "count", "word", "first"])) into.Run(1L, 1L, null, "begun");
        Assert.ThrowsAny<DbException>(() =>
        {
            using Upsert into = Upsert.Insert(connection, transaction, "things", ["id", "count", "word", "first"]);
            into.Run(1L, 2L, null, "other");
        });
    }

    private static async Task<DbConnection> MakeTableAsync(StoreFactory stores)
    {
        DbConnection connection = await stores.ConnectAsync(Cancel);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE things (id BIGINT PRIMARY KEY, count BIGINT NOT NULL, word TEXT, first TEXT NOT NULL)";
        await command.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    private static async Task<string> AskAsync(DbConnection connection, string question)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = question;
        return Convert.ToString(await command.ExecuteScalarAsync(Cancel), CultureInfo.InvariantCulture)!;
    }
}
