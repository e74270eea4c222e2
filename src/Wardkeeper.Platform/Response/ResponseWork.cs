using Wardkeeper.Hub.Response;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Response;

/// <summary>Looks after actions while the platform runs: what was ordered is applied, looked at and taken back in time, also after a restart.</summary>
internal sealed partial class ResponseWork(IServiceProvider services, Up.Readiness readiness, TimeProvider clock, ILogger<ResponseWork> log) : PeriodicWork(readiness, ActionRunner.Every, clock)
{
    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            await services.GetRequiredService<ActionRunner>().RoundAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 231, Level = LogLevel.Error, Message = "Actions could not be looked after; it is tried again: {What}")]
    private static partial void LogFailed(ILogger log, string what);
}
