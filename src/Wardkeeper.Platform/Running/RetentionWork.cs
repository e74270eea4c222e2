using Wardkeeper.Hub.Health;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Running;

/// <summary>Looks after history's age and size while the platform runs.</summary>
internal sealed partial class RetentionWork(IServiceProvider services, Up.Readiness readiness, TimeProvider clock, ILogger<RetentionWork> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.FirstReady.WaitAsync(stoppingToken);
            HistoryRetention retention = new(services.GetRequiredService<HistoryStore>(), services.GetRequiredService<StoreHealth>(), clock);
            using PeriodicTimer timer = new(Every, clock);
            do await LookAsync(retention);
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

    private async Task LookAsync(HistoryRetention retention)
    {
        try
        {
            await retention.RunAsync();
            services.GetRequiredService<Slices.SliceStore>().Tidy();
        }
        catch (Exception e) when (e is IOException or DuckDB.NET.Data.DuckDBException)
        {
            LogFailed(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 140, Level = LogLevel.Warning, Message = "History could not be looked after; it is tried again: {What}")]
    private static partial void LogFailed(ILogger log, string what);
}
