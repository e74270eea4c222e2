using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Health;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Running;

/// <summary>Hands what the site says of itself to detection, again after each reading of the configuration; and tells what is known.</summary>
internal sealed class SiteKnowledge : IDisposable
{
    private readonly LiveSettings settings;
    private readonly DetectionPath detection;
    private readonly TimeProvider clock;
    private CaptureTime readAt;

    /// <summary>Begins to follow the settings.</summary>
    public SiteKnowledge(LiveSettings settings, DetectionPath detection, TimeProvider clock)
    {
        (this.settings, this.detection, this.clock) = (settings, detection, clock);
        Take([]);
        settings.Changed += Take;
    }

    /// <summary>What is known now; null when nobody described the site.</summary>
    public SiteHealth? Look()
    {
        if (settings.Current.Site is not { File: { } file, Described: { } site }) return null;
        return new SiteHealth(file, readAt, site.Networks.Count, site.DeclaredScanners.Count, site.Servers.Count, site.MaintenanceWindows.Count);
    }

    /// <inheritdoc/>
    public void Dispose() => settings.Changed -= Take;

    private void Take(IReadOnlyList<string> changed)
    {
        readAt = clock.Now();
        detection.Describe(settings.Current.Site.Described);
    }
}
