using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Network;

/// <summary>
/// The router's name server: dnsmasq. It knows the hospital's hosts and says of every other name that there is none. Only names
/// below <c>.example</c> are asked for outside, at the machine there, which may or may not answer.
/// </summary>
internal sealed class DnsService : IService
{
    private const int Port = 53;

    /// <inheritdoc/>
    public string Word => "dns";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("dnsmasq", "dnsmasq-base")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string configuration = Path.Combine(site.FolderOf($"dns/{host.Device.Key}"), "dnsmasq.conf");
        await File.WriteAllLinesAsync(configuration, Configuration(site), cancel);
        return await ProgramRun.ServeAsync(host, site.LogOf(host, "dnsmasq-dns"), "dnsmasq", ["--keep-in-foreground", "--conf-file=" + configuration], [Port], cancel);
    }

    private static IEnumerable<string> Configuration(HospitalSite site)
    {
        yield return "no-resolv";
        yield return "no-hosts";
        yield return "bind-dynamic";
        yield return "user=root";
        yield return "pid-file=";
        yield return "log-queries";
        yield return "log-facility=-";
        yield return "local-ttl=3600";
        yield return "address=/#/";
        foreach (HospitalDevice device in site.Devices)
        {
            yield return $"host-record={HostFiles.NameOf(device)},{device.Ip}";
            if (device.Key == HospitalNetwork.OutsideMachine) yield return $"server=/example/{device.Ip}";
        }
    }
}
