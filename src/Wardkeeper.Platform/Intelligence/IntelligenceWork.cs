using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Intelligence;

/// <summary>Looks into the folder of sources while the platform runs: a list that a script renews every hour is used half a minute later.</summary>
internal sealed partial class IntelligenceWork(IServiceProvider services, Readiness readiness, TimeProvider clock, ILogger<IntelligenceWork> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.FirstReady.WaitAsync(stoppingToken);
            IntelligenceStore store = services.GetRequiredService<IntelligenceStore>();
            using PeriodicTimer timer = new(Every, clock);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync(store, stoppingToken);
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

    private async Task LookAsync(IntelligenceStore store, CancellationToken cancel)
    {
        try
        {
            await store.LookAsync(cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 141, Level = LogLevel.Warning, Message = "Sources of intelligence could not be looked at; it is tried again: {What}")]
    private static partial void LogFailed(ILogger log, string what);
}
