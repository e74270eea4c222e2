using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Notices;

/// <summary>Looks every few seconds whether there is something to tell, while the platform runs.</summary>
internal sealed partial class NoticeWork(IServiceProvider services, Up.Readiness readiness, LiveSettings settings, TimeProvider clock, ILogger<NoticeWork> log) : PeriodicWork(readiness, TimeSpan.FromSeconds(10), clock)
{
    private NoticeRound? round;

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        round ??= services.GetRequiredService<NoticeRound>();
        try
        {
            await round.RunAsync(settings.Current, Environment.MachineName, Clock.GetUtcNow(), cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            LogStore(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 196, Level = LogLevel.Warning, Message = "Other systems could not be told; it is tried again: {What}")]
    private static partial void LogStore(ILogger log, string what);
}
