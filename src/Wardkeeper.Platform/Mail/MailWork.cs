using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Mail;

/// <summary>Looks after letters once a minute while the platform runs.</summary>
internal sealed partial class MailWork(IServiceProvider services, Up.Readiness readiness, LiveSettings settings, TimeProvider clock, ILogger<MailWork> log) : PeriodicWork(readiness, TimeSpan.FromMinutes(1), clock)
{
    private MailRound? round;

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        round ??= services.GetRequiredService<MailRound>();
        try
        {
            await round.RunAsync(settings.Current, cancel);
        }
        catch (Exception e) when (e is IOException or System.Data.Common.DbException)
        {
            LogStore(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 151, Level = LogLevel.Warning, Message = "Letters could not be looked after; it is tried again: {What}")]
    private static partial void LogStore(ILogger log, string what);
}
