using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Storage.Tests;

public class StoreCheckTests
{
    [Fact]
    public async Task A_damaged_database_is_found_and_the_message_says_what_to_do()
    {
        using TestFolder folder = new();
        string path = folder["wardkeeper.db"];
        await using (TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(path), folder.Path)) await hub.StoreAsync(SampleBatches.Of(1));
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Assert.Null(await StoreCheck.FindDamageAsync(path, TimeSpan.FromSeconds(30)));
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes.AsSpan(4096, bytes.Length - 4096).Fill(0xA5);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        string? damage = await StoreCheck.FindDamageAsync(path, TimeSpan.FromSeconds(30));
        Assert.Contains("wardkeeper restore", damage, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, new string('x', 8192), TestContext.Current.CancellationToken);
        Assert.Contains("is damaged", await StoreCheck.FindDamageAsync(path, TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
        Assert.Null(await StoreCheck.FindDamageAsync(folder["nothing.db"], TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_damaged_day_is_put_aside_and_reported_and_the_other_days_answer()
    {
        using TestFolder folder = new();
        StoreFactory stores = StoreFactory.Sqlite(folder["wardkeeper.db"]);
        await using (TestHub hub = await TestHub.StartAsync(stores, folder.Path)) await hub.StoreAsync(SampleBatches.Of(1), SampleBatches.Of(10_000));
        string[] days = Directory.GetFiles(folder["history"], "*.duckdb").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, days.Length);
        await File.WriteAllBytesAsync(days[0], Enumerable.Repeat((byte)0xA5, 20_000).ToArray(), TestContext.Current.CancellationToken);
        await using TestHub again = await TestHub.StartAsync(stores, folder.Path);
        Assert.Contains("put aside", Assert.Single(again.Health.Troubles, trouble => trouble.Kind == StoreTroubleKind.Damaged).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder["history"], "damaged", Path.GetFileName(days[0]))));
        Assert.Equal(SampleBatches.FlowsEach, (await again.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("time"), new PageRequest(1, 10), TestContext.Current.CancellationToken)).Total);
    }
}
