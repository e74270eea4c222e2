namespace Wardkeeper.Platform.Up;

/// <summary>Whether the platform answers for what it shows: everything was opened and nothing is being closed.</summary>
internal sealed class Readiness
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? waitingFor = "start";

    /// <summary>What is being waited for, in kebab case; null when ready.</summary>
    public string? WaitingFor => waitingFor;

    /// <summary>Ends when it is ready for the first time; fails when the start failed.</summary>
    public Task FirstReady => ready.Task;

    /// <summary>Says what is being done.</summary>
    public void Wait(string what) => waitingFor = what;

    /// <summary>Everything is open.</summary>
    public void Ready()
    {
        waitingFor = null;
        ready.TrySetResult();
    }

    /// <summary>The start failed.</summary>
    public void Failed(Exception why) => ready.TrySetException(why);
}
