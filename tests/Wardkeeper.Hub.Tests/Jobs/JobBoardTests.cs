using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Tests.Jobs;

/// <summary>Long work: who sees it, how far it is, how it ends, and that it can be stopped.</summary>
public sealed class JobBoardTests
{
    private static readonly Actor Li = new("li", new HashSet<Role> { Role.ClinicalEngineer }), Wang = new("wang", new HashSet<Role> { Role.Analyst }), Chen = new("chen", new HashSet<Role> { Role.Administrator });
    private readonly SteppedClock clock = new();
    private readonly ChangeFeed feed = new();
    private readonly JobBoard board;

    public JobBoardTests() => board = new JobBoard(feed, clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_seen_by_who_began_it_and_by_administrators_with_its_progress_rest_and_result()
    {
        using IChangeSubscription news = feed.Subscribe();
        TaskCompletionSource go = new();
        Task<string> work = board.RunAsync(Li, JobKind.Import, "a.csv", async job =>
        {
            clock.Step(TimeSpan.FromSeconds(10));
            job.Report(JobStage.Comparing, 250, 1000);
            await go.Task;
            return "12";
        }, made => "/import?n=" + made, cancel: Cancel);
        JobLine line = Assert.Single(await board.ForAsync(Li, Cancel));
        Assert.Equal((JobState.Running, JobStage.Comparing, 250, 1000L, TimeSpan.FromSeconds(30), true), (line.State, line.Stage, line.Done, line.Total, line.Rest, line.CanStop));
        Assert.Null(line.Result);
        Assert.Empty(await board.ForAsync(Wang, Cancel));
        Assert.Equal(line.Id, Assert.Single(await board.ForAsync(Chen, Cancel)).Id);
        Assert.False(await board.StopAsync(Wang, line.Id, Cancel));
        go.SetResult();
        Assert.Equal("12", await work);
        line = Assert.Single(await board.ForAsync(Li, Cancel));
        Assert.Equal((JobState.Done, "/import?n=12", null, false), (line.State, line.Result, line.Rest, line.CanStop));
        Assert.Equal((JobBoard.Topic, line.Id), ((await news.NextAsync(Cancel)).Topic, (await news.NextAsync(Cancel)).Subject));
        clock.Step(TimeSpan.FromHours(25));
        Assert.Empty(await board.ForAsync(Li, Cancel));
    }

    [Fact]
    public async Task A_job_that_is_stopped_tells_its_caller_so_and_one_that_cannot_be_is_not()
    {
        Task<int> work = board.RunAsync<int>(Li, JobKind.Export, "devices.csv", async job =>
        {
            await Task.Delay(Timeout.Infinite, job.Stop);
            return 0;
        }, _ => null, cancel: Cancel);
        string id = Assert.Single(await board.ForAsync(Li, Cancel)).Id;
        Assert.True(await board.StopAsync(Chen, id, Cancel));
        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => work);
        Assert.Equal("job-stopped", Assert.Single(refused.Mistakes).Code);
        Assert.Equal(JobState.Stopped, Assert.Single(await board.ForAsync(Li, Cancel)).State);
        Assert.False(await board.StopAsync(Li, id, Cancel));
        TaskCompletionSource<int> other = new();
        Task<int> held = board.RunAsync(Wang, JobKind.Import, "b.csv", _ => other.Task, _ => null, canStop: false, Cancel);
        Assert.False(await board.StopAsync(Wang, Assert.Single(await board.ForAsync(Wang, Cancel)).Id, Cancel));
        other.SetResult(1);
        Assert.Equal(1, await held);
    }

    [Fact]
    public async Task A_job_that_fails_says_so_and_its_caller_learns_why()
    {
        await Assert.ThrowsAsync<IOException>(() => board.RunAsync<int>(Li, JobKind.Backup, "/backup", _ => throw new IOException("full"), _ => null, cancel: Cancel));
        Assert.Equal(JobState.Failed, Assert.Single(await board.ForAsync(Li, Cancel)).State);
        using CancellationTokenSource gone = new();
        Task<int> work = board.RunAsync<int>(Wang, JobKind.Export, "x", async job =>
        {
            await Task.Delay(Timeout.Infinite, job.Stop);
            return 0;
        }, _ => null, cancel: gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.Equal(JobState.Stopped, Assert.Single(await board.ForAsync(Wang, Cancel)).State);
    }

    [Fact]
    public async Task What_ended_is_kept_within_bounds_and_what_runs_is_never_forgotten()
    {
        TaskCompletionSource<int> still = new();
        Task<int> running = board.RunAsync(Li, JobKind.Backup, "running", _ => still.Task, _ => null, cancel: Cancel);
        for (int i = 0; i < 1000; i++) await board.RunAsync(Wang, JobKind.Export, "x", _ => Task.FromResult(1), _ => null, cancel: Cancel);
        Assert.Equal("running", Assert.Single(await board.ForAsync(Li, Cancel)).Subject);
        Assert.Equal(10, (await board.ForAsync(Wang, Cancel)).Count);
        still.SetResult(1);
        await running;
    }

    [Fact]
    public async Task Rows_are_counted_as_they_are_written()
    {
        await board.RunAsync(Li, JobKind.Export, "x", async job =>
        {
            long rows = 0;
            await foreach (int _ in job.CountedAsync(page => Task.FromResult(new Page<int>([.. Enumerable.Range(0, page.Number == 1 ? 500 : 7)], 507)))) rows++;
            return rows;
        }, _ => null, cancel: Cancel);
        JobLine line = Assert.Single(await board.ForAsync(Li, Cancel));
        Assert.Equal((JobStage.Writing, 500, 507L), (line.Stage, line.Done, line.Total));
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Step(TimeSpan by) => now += by.Ticks;
    }
}
