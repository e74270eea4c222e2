using System.Data.Common;

namespace Wardkeeper.Storage.Tests;

public class StoreFactoryTests
{
    [Fact]
    public async Task A_file_store_writes_ahead_and_syncs_at_each_commit()
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-store-").FullName;
        try
        {
            await using DbConnection connection = await StoreFactory.Sqlite(Path.Combine(folder, "wardkeeper.db")).ConnectAsync(TestContext.Current.CancellationToken);
            Assert.Equal("wal", await Ask(connection, "PRAGMA journal_mode"));
            Assert.Equal("2", await Ask(connection, "PRAGMA synchronous"));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static async Task<string?> Ask(DbConnection connection, string question)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = question;
        return (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))?.ToString();
    }
}
