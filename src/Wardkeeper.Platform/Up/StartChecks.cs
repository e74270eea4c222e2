using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Sensor.Checks;

namespace Wardkeeper.Platform.Up;

/// <summary>What would keep <c>up</c> from working, found before anything is opened, so that all of it can be said at once.</summary>
internal static class StartChecks
{
    /// <summary>One sentence per obstacle: what, where, what to do.</summary>
    public static IEnumerable<string> Obstacles(PlatformSettings settings, bool isDemo)
    {
        foreach (string obstacle in KestrelSetup.Obstacles(settings.Web)) yield return obstacle;
        if (isDemo && (settings.Sensor.Interfaces.Count > 0 || settings.Sensor.Captures.Count > 0))
        {
            // The demo's ledger must never hold a real device.
            yield return "--demo replays the sample hospital and listens to nothing else. Leave out --interface and --capture (also in file and environment), or --demo.";
        }
        foreach (string capture in settings.Sensor.Captures)
        {
            if (!File.Exists(capture) && !Directory.Exists(capture)) yield return $"The capture {capture} does not exist. Correct --capture.";
        }
        // Of this network namespace; /sys may show those of another.
        string[] there = [.. SensorFactsReader.Received().Keys.Order(StringComparer.Ordinal)];
        foreach (string name in settings.Sensor.Interfaces)
        {
            if (!there.Contains(name)) yield return $"There is no interface {name}. This machine has: {string.Join(", ", there)}.";
        }
        if (LowDisk(settings.Data) is { } low) yield return low;
    }

    private static string? LowDisk(string folder)
    {
        string? existing = folder;
        while (existing is not null && !Directory.Exists(existing)) existing = Path.GetDirectoryName(existing);
        if (existing is null) return null;
        try
        {
            long free = DataFolder.FreeBytes(existing);
            return free < DataFolder.LeastFree ? $"Only {free >> 20} MB are free where the data folder {folder} lies; at least {DataFolder.LeastFree >> 20} MB are needed to start. Free some space, or choose another folder with --data." : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
