using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Running;

/// <summary>Something that is looked after again and again while the platform runs: first when it is ready, then at an interval.</summary>
/// <param name="readiness">Says when the platform is ready.</param>
/// <param name="every">The interval.</param>
/// <param name="clock">Wall clock.</param>
internal abstract class PeriodicWork(Readiness readiness, TimeSpan every, TimeProvider clock) : BackgroundService
{
    private volatile TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Wall clock.</summary>
    protected TimeProvider Clock { get; } = clock;

    /// <summary>Has it look at once; while it looks, once more after that.</summary>
    protected void Wake() => woken.TrySetResult();

    /// <summary>One look. What it throws ends the work.</summary>
    protected abstract Task LookAsync(CancellationToken cancel);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.FirstReady.WaitAsync(stoppingToken);
            using PeriodicTimer timer = new(every, Clock);
            Task<bool> tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            while (true)
            {
                woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await LookAsync(stoppingToken);
                if (await Task.WhenAny(tick, woken.Task) != tick) continue;
                if (!await tick) return;
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        catch (Exception) when (readiness.FirstReady.IsFaulted)
        {
            // The start failed; whoever started the platform says why.
        }
    }
}
