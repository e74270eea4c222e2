using Wardkeeper.Platform.Admission;
using Wardkeeper.Platform.Identification;
using Wardkeeper.Platform.Running;

namespace Wardkeeper.Platform.Up;

/// <summary>Opens everything in order while the web already answers that it is not ready.</summary>
internal sealed partial class StartupWork(Readiness readiness, HubRuntime hub, AdmissionListener admission, SensorsRuntime sensors, KnowledgeAdditions knowledge, DemoRegister demo, ILogger<StartupWork> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (string mistake in knowledge.Open()) Refused(mistake);
            await hub.OpenAsync(readiness, stoppingToken);
            hub.Run();
            readiness.Wait("admission");
            await admission.BeginAsync(stoppingToken);
            await demo.TakeAsync(stoppingToken);
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

    [LoggerMessage(EventId = 109, Level = LogLevel.Error, Message = "Knowledge was not added: {Mistake}")]
    private partial void Refused(string mistake);
}
