using Wardkeeper.Hub.Changes;
using Wardkeeper.Platform.Doctor.Checks;
using Wardkeeper.Sensor.Checks;

namespace Wardkeeper.Platform.Configuration;

/// <summary>Whether the running program can begin to listen to interfaces that an administrator chose in the console.</summary>
internal sealed class InterfaceChoice(PlatformOptions options)
{
    /// <summary>The key that holds them.</summary>
    public const string Key = "sensor.interfaces";

    /// <summary>Notes what stands in the way, with what to do.</summary>
    public void Check(IReadOnlyList<string> names, Mistakes mistakes)
    {
        if (names.Count == 0) return;
        if (options.IsDemo)
        {
            // The demo's ledger must never hold a real device.
            mistakes.Add(Key, "interface-demo", $"The demo listens to nothing but the sample hospital. End it and start: {Command(names)}");
            return;
        }
        string[] there = [.. SensorFactsReader.Received().Keys.Order(StringComparer.Ordinal)];
        foreach (string name in names.Except(there, StringComparer.Ordinal)) mistakes.Add(Key, "interface-missing", $"There is no interface {name}. This machine has: {string.Join(", ", there)}.");
        if (!PrivilegeCheck.MayListen()) mistakes.Add(Key, "interface-not-permitted", $"This process may not listen (it lacks CAP_NET_RAW). End it and start: {Command(names)}");
    }

    private string Command(IReadOnlyList<string> names) => $"sudo ./wardkeeper up {string.Join(' ', names.Select(name => "--interface " + name))}{(options.IsDemo ? "" : " --data " + options.Folder.Path)}";
}
