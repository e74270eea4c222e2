using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Notices;

/// <summary>Looks every few seconds whether there is something to tell, while the platform runs.</summary>
internal sealed partial class NoticeWork(IServiceProvider services, Up.Readiness readiness, LiveSettings settings, TimeProvider clock, ILogger<NoticeWork> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.FirstReady.WaitAsync(stoppingToken);
            NoticeRound round = services.GetRequiredService<NoticeRound>();
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

    private async Task TryAsync(NoticeRound round, CancellationToken cancel)
    {
        try
        {
            await round.RunAsync(settings.Current, Environment.MachineName, clock.GetUtcNow(), cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            LogStore(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 196, Level = LogLevel.Warning, Message = "Other systems could not be told; it is tried again: {What}")]
    private static partial void LogStore(ILogger log, string what);
}
