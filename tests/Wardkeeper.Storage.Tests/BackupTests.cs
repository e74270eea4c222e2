using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Storage.Backups;

namespace Wardkeeper.Storage.Tests;

public class BackupTests
{
    [Fact]
    public async Task A_backup_made_while_batches_come_is_of_one_moment_and_an_older_one_takes_a_newer_spool()
    {
        using TestFolder folder = new();
        string data = folder["data"], copy = folder["copy"];
        Directory.CreateDirectory(data);
        await using (TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(Path.Combine(data, Backup.Database)), data))
        {
            await hub.StoreAsync([.. Enumerable.Range(1, 10).Select(i => SampleBatches.Of(i))]);
            Task storing = hub.StoreAsync([.. Enumerable.Range(11, 200).Select(i => SampleBatches.Of(i))]);
            JobBoard jobs = new(new ChangeFeed(), TimeProvider.System);
            Actor administrator = new("chen", new HashSet<Role> { Role.Administrator });
            BackupManifest manifest = await jobs.RunAsync(administrator, JobKind.Backup, copy, job => new Backup(hub.Stores, hub.Path, hub.History, TimeProvider.System).WriteAsync(copy, job: job, cancel: job.Stop), _ => null, cancel: TestContext.Current.CancellationToken);
            JobLine told = (await jobs.ForAsync(administrator, TestContext.Current.CancellationToken)).Single();
            Assert.Equal((JobState.Done, JobStage.Checking, manifest.Files.Count - 1L, (long?)manifest.Files.Count), (told.State, told.Stage, told.Done, told.Total));
            Assert.True(manifest.Applied["north"] >= 10);
            await storing;
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        string? aside = await Restore.RunAsync(copy, data, TestContext.Current.CancellationToken);
        Assert.Equal("before-restore-1", aside);
        await using TestHub again = await TestHub.StartAsync(StoreFactory.Sqlite(Path.Combine(data, Backup.Database)), data);
        long applied = await again.AskAsync("SELECT sequence FROM applied");
        Assert.Equal(applied * SampleBatches.FlowsEach, await FlowsAsync(again));
        Assert.Equal(applied, await again.AskAsync("SELECT batches FROM sensors"));
        // The spool has forgotten what was acknowledged after the backup: what comes next is later, and the gap is counted.
        await again.StoreAsync(SampleBatches.Of(applied + 5), SampleBatches.Of(applied + 6));
        Assert.Equal((applied + 2) * SampleBatches.FlowsEach, await FlowsAsync(again));
        Assert.Equal(4, await again.AskAsync("SELECT missing_batches FROM sensors"));
    }

    [Fact]
    public async Task A_backup_that_is_not_whole_is_refused_and_nothing_is_touched()
    {
        using TestFolder folder = new();
        string data = folder["data"], copy = folder["copy"];
        Directory.CreateDirectory(data);
        await using (TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(Path.Combine(data, Backup.Database)), data))
        {
            await hub.StoreAsync(SampleBatches.Of(1));
            await new Backup(hub.Stores, hub.Path, hub.History, TimeProvider.System).WriteAsync(copy, cancel: TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<IOException>(() => new Backup(hub.Stores, hub.Path, hub.History, TimeProvider.System).WriteAsync(copy, cancel: TestContext.Current.CancellationToken));
        }
        string database = Path.Combine(copy, Backup.Database);
        byte[] bytes = await File.ReadAllBytesAsync(database, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(database, bytes, TestContext.Current.CancellationToken);
        Assert.Contains("not as it was written", (await Assert.ThrowsAsync<InvalidDataException>(() => Restore.RunAsync(copy, data, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(copy, BackupManifest.Name));
        Assert.Contains("is not a backup", (await Assert.ThrowsAsync<InvalidDataException>(() => Restore.RunAsync(copy, data, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(data, "before-restore-1")));
    }

    private static async Task<long> FlowsAsync(TestHub hub) => (await hub.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("time"), new PageRequest(1, 1), TestContext.Current.CancellationToken)).Total;
}
