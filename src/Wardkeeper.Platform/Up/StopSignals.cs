using System.Runtime.InteropServices;

namespace Wardkeeper.Platform.Up;

/// <summary>
/// The signals: TERM and INT end the program in order, the second one at once; HUP reads the configuration again. Whatever happens,
/// it ends within the time that a service manager and a person are promised.
/// </summary>
internal sealed partial class StopSignals : IDisposable
{
    /// <summary>Longest time from the first signal to the end.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4.7);

    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly CancellationTokenSource stopping = new();
    private Timer? deadline;
    private int count;

    /// <summary>Takes the signals over.</summary>
    public StopSignals()
    {
        foreach (PosixSignal signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }) registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            OnHangUp?.Invoke();
        }));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Whether a signal came.</summary>
    public bool IsStopping => stopping.IsCancellationRequested;

    /// <summary>What SIGHUP does.</summary>
    public Action? OnHangUp { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
        deadline?.Dispose();
        stopping.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref count) > 1) ExitNow(130);
        // What was not handed over by then waits in the spool and is taken at the next start.
        deadline = new Timer(_ => ExitNow(0), null, Deadline, Timeout.InfiniteTimeSpan);
        stopping.Cancel();
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
