using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks;

/// <summary>A scene that was played.</summary>
/// <param name="Mark">When, and which frames are its own.</param>
/// <param name="Report">What it did.</param>
/// <param name="Brought">Machines that were plugged in for it.</param>
internal sealed record PlayedScene(SceneMark Mark, SceneReport Report, IReadOnlyList<Hospital.HospitalDevice> Brought);

/// <summary>Plays scenes in a running hospital, one at a time. After each the hospital is as it was before, also when the scene failed.</summary>
/// <param name="network">The running hospital's network.</param>
/// <param name="clock">The clock of the recording; null is the machine's.</param>
internal sealed class SceneRun(HospitalNetwork network, TimeProvider? clock = null)
{
    /// <summary>How long the hosts' cards must be silent before a scene counts as over, and how long that is waited for at most: the day goes on meanwhile.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300), Patience = TimeSpan.FromSeconds(2);

    /// <summary>Plays a scene.</summary>
    /// <param name="scene">Which one.</param>
    /// <param name="seed">Decides every choice: the same seed gives the same facts.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <exception cref="LabException">It did not happen as it should, or what it changed could not be undone.</exception>
    public async Task<PlayedScene> PlayAsync(IScene scene, int seed, CancellationToken cancel)
    {
        await using SceneStage stage = new(network, new Dice(seed, scene.Name), clock ?? TimeProvider.System);
        try
        {
            SceneReport report = await scene.RunAsync(stage, cancel);
            await WaitForSilenceAsync(stage, report, cancel);
            return new PlayedScene(new SceneMark(scene.Name, scene.IsAttack, stage.Began, stage.Now(), report.Traffic) { Past = stage.Past }, report, [.. stage.Plugged.Select(host => host.Device)]);
        }
        catch (Exception e) when (e is LabException or IOException or SocketException or Win32Exception or InvalidDataException)
        {
            throw new LabException($"the scene {scene.Name} failed: {e.Message}", e);
        }
    }

    private static async Task WaitForSilenceAsync(SceneStage stage, SceneReport report, CancellationToken cancel)
    {
        HashSet<IPAddress> concerned = [.. report.Traffic.Select(traffic => traffic.Ip)];
        HostNamespace[] hosts = [.. stage.Plugged, .. stage.Site.Hosts.Where(host => concerned.Contains(host.Device.Ip))];
        Stopwatch waited = Stopwatch.StartNew();
        for (long before = -1, now = Packets(hosts); now != before && waited.Elapsed < Patience; now = Packets(hosts))
        {
            before = now;
            await Task.Delay(Silence, cancel);
        }
    }

    /// <summary>Packets that the hosts' cards have received and sent (proc_net(5), net/dev: second and tenth column after the name).</summary>
    private static long Packets(IEnumerable<HostNamespace> hosts) => hosts.Sum(host => NetworkThread.In(host.Name, () => File.ReadLines("/proc/thread-self/net/dev").Skip(2)
        .Select(line => line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries)).Where(columns => columns[0].StartsWith("eth", StringComparison.Ordinal))
        .Sum(columns => long.Parse(columns[2], System.Globalization.CultureInfo.InvariantCulture) + long.Parse(columns[10], System.Globalization.CultureInfo.InvariantCulture))));
}
