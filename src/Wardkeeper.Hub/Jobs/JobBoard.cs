using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Jobs;

/// <summary>
/// Work of this process that may take long and that somebody waits for: it is shown wherever that person goes, not only on the page
/// where she began it. What ended is kept for a day, as much as there is room for.
/// </summary>
public sealed class JobBoard(IChangeFeed feed, TimeProvider clock) : IJobSource
{
    /// <summary>Topic of the change feed: a job began or ended.</summary>
    public const string Topic = "jobs";

    private const int MostKept = 200, MostShown = 10;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private readonly Lock gate = new();
    private readonly List<Job> jobs = [];
    private long number;

    /// <summary>Does work as a job.</summary>
    /// <typeparam name="T">What comes out.</typeparam>
    /// <param name="who">Who began it.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="subject">To what.</param>
    /// <param name="work">Does it, and tells the job how far it is.</param>
    /// <param name="result">Address of what came out; null when it has none.</param>
    /// <param name="canStop">Whether the work heeds <see cref="Job.Stop"/>.</param>
    /// <param name="cancel">The caller gives up.</param>
    /// <exception cref="RefusedException">A person stopped it.</exception>
    public async Task<T> RunAsync<T>(Actor who, JobKind kind, string subject, Func<Job, Task<T>> work, Func<T, string?> result, bool canStop = true, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(result);
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Job job = Begin(who.Name, kind, subject, canStop ? stopping : null, stopping.Token);
        try
        {
            T made = await work(job);
            End(job, JobState.Done, result(made));
            return made;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            End(job, JobState.Stopped, null);
            if (cancel.IsCancellationRequested) throw;
            throw new RefusedException(Refusal.Conflict, "", "job-stopped", "It was stopped before it was done.");
        }
        catch
        {
            End(job, JobState.Failed, null);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobLine>> ForAsync(Actor who, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        lock (gate)
        {
            Forget();
            return Task.FromResult<IReadOnlyList<JobLine>>([.. jobs.Where(job => IsHers(job, who)).OrderByDescending(job => job.Number).Take(MostShown).Select(job => job.Line(clock))]);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> StopAsync(Actor who, string id, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        Task stopped;
        lock (gate)
        {
            if (jobs.Find(job => job.Id == id && IsHers(job, who)) is not { Stopping: { } stopping, State: JobState.Running }) return false;
            stopped = stopping.CancelAsync();
        }
        await stopped;
        return true;
    }

    private static bool IsHers(Job job, Actor who) => job.By == who.Name || who.Is(Role.Administrator);

    private Job Begin(string by, JobKind kind, string subject, CancellationTokenSource? stopping, CancellationToken stop)
    {
        Job job = new(Interlocked.Increment(ref number), kind, subject, by, clock.GetTimestamp(), stopping, stop);
        lock (gate)
        {
            Forget();
            jobs.Add(job);
        }
        feed.Publish(Topic, job.Id);
        return job;
    }

    private void End(Job job, JobState state, string? result)
    {
        lock (gate) job.End(state, result, clock.GetTimestamp());
        feed.Publish(Topic, job.Id);
    }

    private void Forget()
    {
        jobs.RemoveAll(job => job.EndedAt is { } ended && clock.GetElapsedTime(ended) > Kept);
        while (jobs.Count >= MostKept && jobs.FindIndex(job => job.EndedAt is not null) is >= 0 and var oldest) jobs.RemoveAt(oldest);
    }
}

/// <summary>A job at work, as the work itself knows it.</summary>
public sealed class Job
{
    private readonly JobKind kind;
    private readonly string subject;
    private readonly long began;
    private readonly Lock gate = new();
    private JobStage stage = JobStage.Reading;
    private JobUnit unit;
    private long done;
    private long? total;
    private string? result;

    internal Job(long number, JobKind kind, string subject, string by, long began, CancellationTokenSource? stopping, CancellationToken stop) =>
        (Number, this.kind, this.subject, By, this.began, Stopping, Stop) = (number, kind, subject, by, began, stopping, stop);

    /// <summary>Cancelled when a person stops the job, or its caller gives up.</summary>
    public CancellationToken Stop { get; }

    internal long Number { get; }

    internal string Id => string.Create(CultureInfo.InvariantCulture, $"job-{Number}");

    internal string By { get; }

    internal CancellationTokenSource? Stopping { get; private set; }

    internal JobState State { get; private set; }

    internal long? EndedAt { get; private set; }

    /// <summary>Tells how far it is.</summary>
    /// <param name="now">What it does.</param>
    /// <param name="units">Units done of this.</param>
    /// <param name="all">Units in all; null when nobody knows.</param>
    /// <param name="counted">What is counted.</param>
    public void Report(JobStage now, long units = 0, long? all = null, JobUnit counted = JobUnit.Rows)
    {
        lock (gate) (stage, done, total, unit) = (now, units, all, counted);
    }

    /// <summary>Every row of a list, while the job tells how many of them are written.</summary>
    /// <param name="read">Asks for a page.</param>
    public IAsyncEnumerable<T> CountedAsync<T>(Func<PageRequest, Task<Page<T>>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return EveryPage.OfAsync(async page =>
        {
            Page<T> found = await read(page);
            Report(JobStage.Writing, page.Skip, found.Total);
            return found;
        });
    }

    internal void End(JobState state, string? address, long at) => (State, result, EndedAt, Stopping) = (state, address, at, null);

    internal JobLine Line(TimeProvider clock)
    {
        lock (gate)
        {
            TimeSpan? rest = State == JobState.Running && total is { } all && done > 0 && done < all ? clock.GetElapsedTime(began) * ((double)(all - done) / done) : null;
            return new JobLine(Id, kind, subject, By, State) { Stage = stage, Done = done, Total = total, Unit = unit, Rest = rest, Result = result, CanStop = State == JobState.Running && Stopping is not null };
        }
    }
}
