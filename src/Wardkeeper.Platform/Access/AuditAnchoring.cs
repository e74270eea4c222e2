using Wardkeeper.Storage.Audit;

namespace Wardkeeper.Platform.Access;

/// <summary>Keeps the anchors of the audit log up to date while the program runs, and writes the last one when it stops.</summary>
internal sealed partial class AuditAnchoring(AuditLog audit, TimeProvider time, ILogger<AuditAnchoring> log) : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await audit.KeepAnchoringAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is IOException or System.Data.Common.DbException or UnauthorizedAccessException)
            {
                // A full disk passes; the entries wait in the database and are anchored then.
                NotAnchored(log, fault);
                await Task.Delay(AfterFailure, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(3101, LogLevel.Error, "The audit log could not be anchored; it is tried again")]
    private static partial void NotAnchored(ILogger log, Exception fault);
}
