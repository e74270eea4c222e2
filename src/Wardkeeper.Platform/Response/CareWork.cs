using Wardkeeper.Hub.Response;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Response;

/// <summary>Keeps the board of what may be done to each device up to date.</summary>
internal sealed partial class CareWork(IServiceProvider services, Up.Readiness readiness, TimeProvider clock, ILogger<CareWork> log) : PeriodicWork(readiness, CareBoard.Every, clock)
{
    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            await services.GetRequiredService<CareBoard>().ReadAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 230, Level = LogLevel.Warning, Message = "What may be done to devices could not be read; after three minutes every device counts as the worst case: {What}")]
    private static partial void LogFailed(ILogger log, string what);
}
