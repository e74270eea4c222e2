using Wardkeeper.Hub.Health;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Storage.Tests;

public class HistoryRetentionTests
{
    [Fact]
    public async Task Old_days_go_a_few_at_a_time_and_only_when_they_were_not_written_lately()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path, new HistoryOptions { KeepDays = 10 });
        await DaysAsync(hub, 6);
        HistoryRetention retention = new(hub.History, hub.Health, new At(SampleBatches.Start.Nanoseconds + (100 * Day)), () => long.MaxValue / 2);
        foreach (HistoryDay day in hub.History.Days) await hub.History.CheckpointAsync(day);
        Written(hub, 95);
        await retention.RunAsync();
        Assert.Equal(6, hub.History.Days.Count);
        Written(hub, 80);
        await retention.RunAsync();
        Assert.Equal(6 - HistoryRetention.AtOnce, hub.History.Days.Count);
    }

    [Fact]
    public async Task Want_of_space_is_said_before_the_oldest_day_goes()
    {
        using TestFolder folder = new();
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path, new HistoryOptions { MaxBytes = 1000 });
        await DaysAsync(hub, 3);
        int first = hub.History.Days[0].Number;
        HistoryRetention retention = new(hub.History, hub.Health, new At(SampleBatches.Start.Nanoseconds + (2 * Day)), () => long.MaxValue / 2);
        await retention.RunAsync();
        Assert.Equal(StoreTroubleKind.RetentionAtRisk, Assert.Single(hub.Health.Troubles).Kind);
        Assert.Equal(3, hub.History.Days.Count);
        Assert.True(hub.Health.IsWell);
        await retention.RunAsync();
        Assert.DoesNotContain(hub.History.Days, day => day.Number == first);
        Assert.Contains(hub.Health.Troubles, trouble => trouble.Kind == StoreTroubleKind.DeletedEarly);
    }

    private const long Day = 86_400 * CaptureTime.PerSecond;

    private static Task DaysAsync(TestHub hub, int days) => hub.StoreAsync([.. Enumerable.Range(1, days).Select(i => SampleBatches.Of(i, at: new CaptureTime(SampleBatches.Start.Nanoseconds + ((i - 1) * Day))))]);

    private static void Written(TestHub hub, int days)
    {
        foreach (HistoryDay day in hub.History.Days)
        {
            File.SetLastWriteTimeUtc(day.Path, DateTime.UnixEpoch.AddTicks((SampleBatches.Start.Nanoseconds + (days * Day)) / 100));
        }
    }

    private sealed class At(long nanoseconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);
    }
}
