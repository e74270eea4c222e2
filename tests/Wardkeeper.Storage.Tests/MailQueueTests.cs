using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Storage.Duties;
using Wardkeeper.Storage.Tests.Findings;

namespace Wardkeeper.Storage.Tests;

/// <summary>Letters that wait: none twice, none lost, tried again ever later.</summary>
public sealed class MailQueueTests(PostgresServer server)
{
    private static readonly Letter Question = new("T-1/notice", "zhao@hospital.example", "Is this yours?", "…"), Reminder = Question with { Key = "T-1/reminder" };

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_letter_is_queued_once_and_survives_a_restart_until_it_is_sent(string kind)
    {
        using TestFolder folder = new();
        StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
        await using (StoreContext context = stores.Open()) await context.Database.MigrateAsync(TestContext.Current.CancellationToken);
        FindingHub.WallTime clock = new();
        using HubGate gate = new(stores);
        MailQueue queue = new(stores, gate, clock);
        Assert.Equal(1, await queue.PutAsync([Question, Question]));
        Assert.Equal(1, await queue.PutAsync([Question, Reminder]));
        Assert.Equal([Question, Reminder], (await queue.DueAsync(10)).Select(one => one.Letter));
        await queue.FailedAsync(1, "away", forGood: false);
        Assert.Equal([2L], (await queue.DueAsync(10)).Select(one => one.Number));
        await queue.SentAsync(2);
        await queue.FailedAsync(1, new string('x', 1_000), forGood: false);
        Assert.Equal((1L, 0L, 1L, 300), ((await queue.StateAsync()).Waiting, (await queue.StateAsync()).Refused, (await queue.StateAsync()).Sent, (await queue.StateAsync()).Trouble!.Length));
        clock.Now += TimeSpan.FromMinutes(4);
        MailQueue later = new(stores, gate, clock);
        Assert.Empty(await later.DueAsync(10));
        clock.Now += TimeSpan.FromMinutes(2);
        Assert.Equal((1L, 2), ((await later.DueAsync(10)).Single().Number, (await later.DueAsync(10)).Single().Tries));
        // What was sent is not queued again, and of its text nothing stays.
        Assert.Equal(0, await later.PutAsync([Reminder]));
        await using StoreContext stored = stores.Open();
        Assert.Equal("", (await stored.Set<MailRow>().SingleAsync(row => row.Number == 2, TestContext.Current.CancellationToken)).Body);
        await later.FailedAsync(1, "550", forGood: true);
        clock.Now += TimeSpan.FromDays(30);
        Assert.Empty(await later.DueAsync(10));
        Assert.Equal(1, (await later.StateAsync()).Refused);
    }
}
