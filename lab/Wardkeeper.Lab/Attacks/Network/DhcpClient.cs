using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>Asks for an address with dhclient, without taking it: addresses are given when the hospital is built.</summary>
internal static class DhcpClient
{
    /// <summary>The program.</summary>
    public static Requirement Needs { get; } = new("dhclient", "isc-dhcp-client");

    /// <summary>Asks once and waits for an answer, at most some seconds.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="host">Who asks; with its own options where it has them.</param>
    /// <param name="name">The name that it gives itself (option 12).</param>
    /// <param name="seconds">How long it waits.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What it printed; it holds <c>bound to</c> where it was given an address.</returns>
    public static async Task<string> AskAsync(SceneStage stage, HostNamespace host, string name, int seconds, CancellationToken cancel)
    {
        string folder = stage.Folder($"dhcp-{host.Device.Key}-{Guid.NewGuid():N}"), settings = Path.Combine(folder, "dhclient.conf"), process = Path.Combine(folder, "pid");
        List<string> text = [$"timeout {seconds};", "retry 60;", "initial-interval 2;", $"send host-name \"{name}\";"];
        if (host.Device.Dhcp?.VendorClass is { } vendor) text.Add($"send vendor-class-identifier \"{vendor}\";");
        // As numbers: the option's own form, and not every number has a name in dhclient.
        if (host.Device.Dhcp is { } traits) text.Add($"send dhcp-parameter-request-list {string.Join(',', traits.Parameters)};");
        await File.WriteAllLinesAsync(settings, text, cancel);
        // -1 and -d: once, in front. It stays there with its lease, until it is told to end.
        await using RunningProgram client = await ProgramRun.ServeAsync(host, Path.Combine(folder, "log"), "dhclient",
            ["-4", "-1", "-d", "-v", "-sf", "/bin/true", "-cf", settings, "-lf", Path.Combine(folder, "leases"), "-pf", process, "eth0"], [], cancel);
        long begin = Environment.TickCount64;
        while (!client.HasEnded && !client.Tail().Contains("bound to", StringComparison.Ordinal) && Environment.TickCount64 - begin < (seconds + 2) * 1000) await Task.Delay(50, cancel);
        return client.Tail();
    }
}
