using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Admission.Scenes;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Commands;

/// <summary>What the lab needs of this machine.</summary>
internal static class Doctor
{
    private static readonly Requirement[] Base = [new("ip", "iproute2"), new("ethtool", "ethtool"), new("setsid", "util-linux"), new("unshare", "util-linux"), new("hostname", "hostname"), new("sysctl", "procps"), Recorder.Needs];

    /// <summary>Every program that some part of the lab runs, each once.</summary>
    public static IReadOnlyList<Requirement> All { get; } =
    [
        .. Base.Concat(ServiceRegistry.All.SelectMany(service => service.Needs)).Concat(ActorRegistry.Kinds.SelectMany(ActorRegistry.NeedsOf)).Concat(SceneRegistry.All.SelectMany(scene => scene.Needs))
            .Concat(SceneCommand.Needs).Concat(WardSceneRegistry.All.SelectMany(scene => scene.Needs))
            .DistinctBy(need => need.Program).OrderBy(need => need.Package, StringComparer.Ordinal).ThenBy(need => need.Program, StringComparer.Ordinal),
    ];

    /// <summary>Where a program lies; null when it is not installed.</summary>
    public static string? Find(Requirement need) => need.Program.StartsWith('/')
        ? (File.Exists(need.Program) ? need.Program : null)
        : $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':').Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, need.Program)).FirstOrDefault(File.Exists);

    /// <summary>Conditions that no package brings, each with what to do where it is not met.</summary>
    public static async Task<IReadOnlyList<(string Key, bool Met)>> ConditionsAsync(CancellationToken cancel)
    {
        bool isRoot = Environment.IsPrivilegedProcess;
        return [("doctor-root", isRoot), ("doctor-namespaces", isRoot && await CanMakeNetworksAsync(cancel)), ("doctor-tun", File.Exists("/dev/net/tun"))];
    }

    /// <summary>Refuses to start where something is missing.</summary>
    /// <exception cref="LabException">What is missing, and what to do.</exception>
    public static void Require(IEnumerable<Requirement> needs)
    {
        if (!Environment.IsPrivilegedProcess) throw new LabException("the lab makes network namespaces and needs root for it: start it with sudo");
        Requirement[] missing = [.. Base.Concat(needs).DistinctBy(need => need.Program).Where(need => Find(need) is null)];
        if (missing.Length == 0) return;
        string packages = string.Join(' ', missing.Select(need => need.Package).Distinct().Order(StringComparer.Ordinal));
        throw new LabException($"not installed: {string.Join(", ", missing.Select(need => need.Program))}. Install them with: apt-get install --no-install-recommends {packages} (or: wardkeeper lab doctor --install)");
    }

    private static async Task<bool> CanMakeNetworksAsync(CancellationToken cancel)
    {
        const string Name = "wkdoctor-a";
        try
        {
            (int made, _) = await IpTool.RunAsync("ip", ["netns", "add", Name], null, cancel);
            (int linked, _) = await IpTool.RunAsync("ip", ["-n", Name, "-batch", "-"], "link add br0 type bridge\nlink add one type veth peer name other\nlink set one master br0\n", cancel);
            return made == 0 && linked == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
        finally
        {
            if (File.Exists("/run/netns/" + Name)) await IpTool.RunAsync("ip", ["netns", "del", Name], null, CancellationToken.None);
        }
    }
}
