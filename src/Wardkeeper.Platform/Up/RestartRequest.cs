namespace Wardkeeper.Platform.Up;

/// <summary>A wish to close everything, do some work while nothing is open, and open everything again in the same process: how a backup is put back.</summary>
internal sealed class RestartRequest
{
    private readonly TaskCompletionSource requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when somebody asked.</summary>
    public Task Requested => requested.Task;

    /// <summary>The work in between; null when nobody asked.</summary>
    public Func<Task>? BetweenRuns { get; private set; }

    /// <summary>Asks; the first one wins.</summary>
    /// <param name="betweenRuns">Must not throw: what went wrong is the asker's to tell.</param>
    public bool TryAsk(Func<Task> betweenRuns)
    {
        lock (requested)
        {
            if (BetweenRuns is not null) return false;
            BetweenRuns = betweenRuns;
        }
        return requested.TrySetResult();
    }
}
