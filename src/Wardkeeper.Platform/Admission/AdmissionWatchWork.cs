using Wardkeeper.Hub.Admission;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Admission;

/// <summary>Has <see cref="AdmissionWatch"/> look at who is plugged in, every few seconds.</summary>
internal sealed partial class AdmissionWatchWork(IServiceProvider services, Up.Readiness readiness, TimeProvider clock, ILogger<AdmissionWatchWork> log) : PeriodicWork(readiness, AdmissionWatch.Every, clock)
{
    private int failed;

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        AdmissionWatch watch = services.GetRequiredService<AdmissionWatch>();
        try
        {
            await watch.LookAsync(cancel);
            if (watch.Failed != failed && watch.Failed > 0) LogWaiting(log, watch.Failed);
            failed = watch.Failed;
        }
        catch (Exception e) when (e is IOException or System.Data.Common.DbException or TimeoutException)
        {
            LogFailed(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 240, Level = LogLevel.Warning, Message = "{Count} devices that are to ask for admission again could not be told to; it is tried again")]
    private static partial void LogWaiting(ILogger log, int count);

    [LoggerMessage(EventId = 241, Level = LogLevel.Warning, Message = "Who is plugged in could not be looked at; it is tried again: {What}")]
    private static partial void LogFailed(ILogger log, string what);
}
