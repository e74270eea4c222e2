using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Intelligence;

/// <summary>Compares what sources newly list with what was stored before, beside everything else.</summary>
internal sealed partial class LookBackWork(LookBacks looks, Readiness readiness, TimeProvider clock, ILogger<LookBackWork> log) : PeriodicWork(readiness, TimeSpan.FromSeconds(5), clock)
{
    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            await looks.WorkAsync(cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(log, e.Message);
        }
    }

    [LoggerMessage(EventId = 142, Level = LogLevel.Warning, Message = "How far stored traffic was looked through cannot be kept; it is tried again: {Why}")]
    private static partial void LogFailed(ILogger log, string why);
}
