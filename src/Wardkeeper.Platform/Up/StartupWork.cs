using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Up;

/// <summary>Opens everything in order while the web already answers that it is not ready.</summary>
internal sealed class StartupWork(Readiness readiness, HubRuntime hub, SensorsRuntime sensors) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await hub.OpenAsync(readiness, stoppingToken);
            hub.Run();
            readiness.Wait("sensors");
            await sensors.StartAsync(hub.Path, stoppingToken);
            readiness.Ready();
        }
        catch (Exception e)
        {
            // Whoever started the platform waits for this, and says it.
            readiness.Failed(e);
        }
    }
}
