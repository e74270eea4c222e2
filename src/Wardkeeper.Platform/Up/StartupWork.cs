namespace Wardkeeper.Platform.Up;

/// <summary>Opens everything in order while the web already answers that it is not ready.</summary>
internal sealed class StartupWork(Readiness readiness) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await OpenAsync(stoppingToken);
            readiness.Ready();
        }
        catch (Exception e)
        {
            readiness.Failed(e);
        }
    }

    private Task OpenAsync(CancellationToken cancel)
    {
        readiness.Wait("store");
        return Task.CompletedTask;
    }
}
