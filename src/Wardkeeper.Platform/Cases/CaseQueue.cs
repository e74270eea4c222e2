using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Platform.Up;
using Wardkeeper.Storage.Cases;

namespace Wardkeeper.Platform.Cases;

/// <summary>
/// Analyses one uploaded capture after the other. What waits when the program ends goes on at the next start; what was being read
/// then begins again. Between two, files that need not be kept any longer are deleted.
/// </summary>
internal sealed partial class CaseQueue(CaseRows rows, CaseFolders folders, CasePool pool, CaseAnalysis analysis, Readiness readiness, IChangeFeed changes, ILogger<CaseQueue> log) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim work = new(0);
    private readonly Lock gate = new();
    private readonly TaskCompletionSource swept = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Running? running;

    /// <summary>Ends when what an earlier process left was cleared away: before, nothing may be put beside it.</summary>
    public Task Swept => swept.Task;

    /// <summary>The case that is read just now, or null.</summary>
    public long? Reading
    {
        get
        {
            lock (gate) return running?.Number;
        }
    }

    /// <summary>Something was queued.</summary>
    public void Wake()
    {
        work.Release();
        changes.Publish(CaseTopic.Name);
    }

    /// <summary>Stops the analysis of a case. Null when it is not the one that is read; else ends when it is over.</summary>
    public Task? Stop(long number)
    {
        lock (gate)
        {
            if (running is not { } one || one.Number != number) return null;
            one.Cancel.Cancel();
            return one.Over.Task;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        work.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.FirstReady.WaitAsync(stoppingToken);
            using (await pool.FilesAsync(stoppingToken)) folders.Sweep(await rows.FilesAsync(stoppingToken));
            swept.TrySetResult();
            while (true)
            {
                await TidyAsync(stoppingToken);
                if (await NextAsync(stoppingToken) is { } next && await OneAsync(next, stoppingToken)) continue;
                await work.WaitAsync(LookAgain, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // As asked.
        }
        catch (Exception) when (readiness.FirstReady.IsFaulted)
        {
            // The start failed; whoever started the platform says why.
        }
    }

    /// <summary>What is to be read next; nothing while the store refuses.</summary>
    private async Task<CaseLine?> NextAsync(CancellationToken cancel)
    {
        try
        {
            return await rows.NextAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException)
        {
            LogNoNext(log, e.Message);
            return null;
        }
    }

    /// <summary>Deletes files that were kept long enough.</summary>
    internal async Task TidyAsync(CancellationToken cancel)
    {
        try
        {
            foreach (CaseLine line in await rows.OverdueAsync(cancel))
            {
                using (await pool.FilesAsync(cancel))
                {
                    folders.DeleteFile(line.Number);
                    await rows.FileGoneAsync(line, cancel);
                }
                changes.Publish(CaseTopic.Name, CaseLine.IdOf(line.Number));
            }
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException)
        {
            LogUntidy(log, e.Message);
        }
    }

    /// <summary>Reads one. False when something outside of it failed, and it is tried again a little later.</summary>
    private async Task<bool> OneAsync(CaseLine line, CancellationToken stopping)
    {
        using Running one = new(line.Number);
        lock (gate) running = one;
        try
        {
            if (!await rows.BeginAsync(line.Number, stopping)) return true;
            changes.Publish(CaseTopic.Name, CaseLine.IdOf(line.Number));
            await pool.CloseAsync(line.Number, static () => { });
            CaseOutcome outcome = await ReadAsync(line.Number, one.Cancel.Token, stopping);
            await rows.EndAsync(line.Number, outcome, stopping);
            using (await pool.FilesAsync(stopping))
            {
                if (line.KeptUntil is null) folders.DeleteFile(line.Number);
            }
            if (Directory.Exists(Path.Combine(folders.Of(line.Number), "spool"))) Directory.Delete(Path.Combine(folders.Of(line.Number), "spool"), true);
            LogRead(log, line.Number, outcome.State, outcome.Packets);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException)
        {
            LogFailed(log, line.Number, e);
            return false;
        }
        finally
        {
            lock (gate) running = null;
            one.Over.TrySetResult();
            changes.Publish(CaseTopic.Name, CaseLine.IdOf(line.Number));
        }
    }

    private async Task<CaseOutcome> ReadAsync(long number, CancellationToken cancelled, CancellationToken stopping)
    {
        try
        {
            return await analysis.RunAsync(number, folders.Of(number), folders.FileOf(number), cancelled, stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException)
        {
            // One capture that cannot be read must not stand before all others forever.
            LogFailed(log, number, e);
            return new CaseOutcome(CaseState.Failed, [new CaseProblem("defect", 0, 0, e is IOException ? e.Message : "The analysis stopped by a defect of Wardkeeper's; please report it.")]);
        }
    }

    [LoggerMessage(EventId = 160, Level = LogLevel.Information, Message = "Capture C-{Number} was read: {State}, {Packets} packets.")]
    private static partial void LogRead(ILogger log, long number, CaseState state, long packets);

    [LoggerMessage(EventId = 161, Level = LogLevel.Error, Message = "The analysis of capture C-{Number} failed.")]
    private static partial void LogFailed(ILogger log, long number, Exception e);

    [LoggerMessage(EventId = 162, Level = LogLevel.Warning, Message = "Files of captures could not be deleted; it is tried again: {What}")]
    private static partial void LogUntidy(ILogger log, string what);

    [LoggerMessage(EventId = 163, Level = LogLevel.Warning, Message = "What waits to be read could not be looked up; it is tried again: {What}")]
    private static partial void LogNoNext(ILogger log, string what);

    private sealed class Running(long number) : IDisposable
    {
        public long Number => number;

        public CancellationTokenSource Cancel { get; } = new();

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => Cancel.Dispose();
    }
}
