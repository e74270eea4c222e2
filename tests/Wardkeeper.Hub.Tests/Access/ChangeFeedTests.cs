using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Hub.Tests.Access;

public class ChangeFeedTests
{
    [Fact]
    public async Task A_reader_that_is_too_slow_is_told_to_ask_for_everything_anew()
    {
        ChangeFeed feed = new();
        using IChangeSubscription slow = feed.Subscribe();
        for (int i = 0; i < 10_000; i++) feed.Publish("devices", "D-" + i);
        Assert.Equal(new Change(Change.Reload, 10_000), await slow.NextAsync(TestContext.Current.CancellationToken));
        feed.Publish("findings");
        Assert.Equal("findings", (await slow.NextAsync(TestContext.Current.CancellationToken)).Topic);
    }

    [Fact]
    public async Task Everybody_who_listens_is_told_until_he_leaves()
    {
        ChangeFeed feed = new();
        IChangeSubscription left = feed.Subscribe();
        using IChangeSubscription stays = feed.Subscribe();
        left.Dispose();
        feed.Publish("devices");
        Assert.Equal(new Change("devices", 1), await stays.NextAsync(TestContext.Current.CancellationToken));
    }
}
