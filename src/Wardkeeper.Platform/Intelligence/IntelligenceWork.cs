using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Intelligence;

/// <summary>Looks into the folders of intelligence and of rules while the platform runs: a list that a script renews every hour is used half a minute later.</summary>
internal sealed partial class IntelligenceWork(IServiceProvider services, Readiness readiness, TimeProvider clock, ILogger<IntelligenceWork> log) : PeriodicWork(readiness, TimeSpan.FromSeconds(30), clock)
{
    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        await TryAsync("intelligence", services.GetRequiredService<IntelligenceStore>().LookAsync, cancel);
        await TryAsync("rules", services.GetRequiredService<SignatureStore>().LookAsync, cancel);
    }

    private async Task TryAsync(string what, Func<CancellationToken, Task<bool>> look, CancellationToken cancel)
    {
        try
        {
            await look(cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(log, what, e.Message);
        }
    }

    [LoggerMessage(EventId = 141, Level = LogLevel.Warning, Message = "Sources of {What} could not be looked at; it is tried again: {Why}")]
    private static partial void LogFailed(ILogger log, string what, string why);
}
