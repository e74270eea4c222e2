using System.Globalization;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Network;

/// <summary>The router's DHCP server: dnsmasq. A device that asks always gets its own address; one that the hospital does not know gets none.</summary>
internal sealed class DhcpService : IService
{
    private const string LeaseTime = "12h";

    /// <inheritdoc/>
    public string Word => "dhcp";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("dnsmasq", "dnsmasq-base")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string folder = site.FolderOf($"dhcp/{host.Device.Key}"), configuration = Path.Combine(folder, "dnsmasq.conf");
        await File.WriteAllLinesAsync(configuration, Configuration(site, Path.Combine(folder, "leases")), cancel);
        return await ProgramRun.ServeUntilAsync(host, site.LogOf(host, "dnsmasq-dhcp"), "dnsmasq", ["--keep-in-foreground", "--conf-file=" + configuration], "started", cancel);
    }

    private static IEnumerable<string> Configuration(HospitalSite site, string leases)
    {
        // No name service; and no ping of an address before it is given, because its device has it already.
        yield return "port=0";
        yield return "no-ping";
        yield return "bind-dynamic";
        yield return "user=root";
        yield return "pid-file=";
        yield return "log-dhcp";
        yield return "log-facility=-";
        yield return "dhcp-authoritative";
        yield return "dhcp-leasefile=" + leases;
        yield return "domain=" + HostFiles.Domain;
        // 0.0.0.0 stands for the address of the server itself.
        yield return "dhcp-option=option:dns-server,0.0.0.0";
        yield return "dhcp-option=option:ntp-server,0.0.0.0";
        HospitalDevice[] asking = [.. site.Devices.Where(device => device.Dhcp is not null)];
        foreach (HospitalDevice one in asking.DistinctBy(device => device.Department.Vlan))
        {
            byte[] subnet = one.Ip.GetAddressBytes();
            yield return string.Create(CultureInfo.InvariantCulture, $"dhcp-range={subnet[0]}.{subnet[1]}.{subnet[2]}.0,static,255.255.255.0,{LeaseTime}");
        }
        foreach (HospitalDevice device in asking)
            yield return $"dhcp-host={string.Join(':', device.Mac.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)))},{device.Ip},{device.HostName}";
    }
}
