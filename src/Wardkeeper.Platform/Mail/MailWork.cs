using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Mail;

/// <summary>Looks after letters once a minute while the platform runs.</summary>
internal sealed partial class MailWork(IServiceProvider services, Up.Readiness readiness, LiveSettings settings, TimeProvider clock, ILogger<MailWork> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.FirstReady.WaitAsync(stoppingToken);
            MailRound round = services.GetRequiredService<MailRound>();
            using PeriodicTimer timer = new(Every, clock);
            do await TryAsync(round, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
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

    private async Task TryAsync(MailRound round, CancellationToken cancel)
    {
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
