using System.Diagnostics;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Network;

/// <summary>Looks a name up with the C library's own resolver (getent), past the hosts file and just as it is written. The hospital's names must be found.</summary>
internal sealed class AskName : IActor<NameAsked>
{
    private const int Found = 0, NotFound = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20), Silence = TimeSpan.FromSeconds(4);
    private static readonly Dictionary<string, string> OneQuestion = new() { ["RES_OPTIONS"] = "attempts:1 timeout:4" };

    /// <inheritdoc/>
    public async Task ActAsync(NameAsked what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace host = site[what.Actor];
        string name = what.Name.TrimEnd('.');
        Stopwatch took = Stopwatch.StartNew();
        ProgramResult result = await ProgramRun.RunAsync(host, site.LogOf(host, "getent"), "getent", ["-s", "hosts:dns", "ahostsv4", name + "."], Limit, cancel, environment: OneQuestion);
        if (result.ExitCode == NotFound && took.Elapsed >= Silence) throw new LabException($"nobody told {what.Actor} of the name {name}");
        HospitalDevice? known = site.Devices.FirstOrDefault(device => string.Equals(HostFiles.NameOf(device), name, StringComparison.OrdinalIgnoreCase));
        bool isRight = known is null ? result.ExitCode is Found or NotFound : result.Output.Contains(known.Ip.ToString(), StringComparison.Ordinal);
        if (!isRight) throw new LabException($"{what.Actor} was told wrong of the name {name} ({result.ExitCode}): {result.Output.Trim()}");
    }
}
