using System.Globalization;
using Wardkeeper.Lab.Actors.Shells;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Certificates;
using Wardkeeper.Lab.Services.Network;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Network;

/// <summary>A vendor's engineer opens a tunnel into the hospital (openvpn), looks at a device over SSH inside it, and closes it.</summary>
internal sealed class ConnectVendor : IActor<VendorConnected>
{
    private const string Work = "uptime; df -h; tail -n 20 /var/log/* 2>/dev/null";

    /// <inheritdoc/>
    public async Task ActAsync(VendorConnected what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace vendor = site[what.Actor];
        string gateway = HospitalNetwork.AddressFrom(vendor.Device, site[what.Gateway].Device).ToString();
        await using RunningProgram tunnel = await ProgramRun.ServeUntilAsync(vendor, site.LogOf(vendor, "openvpn"), "openvpn",
            [
                .. OpenvpnService.Common(HospitalAuthority.Issue(site, vendor.Device)), "--client", "--remote", gateway, OpenvpnService.Port.ToString(CultureInfo.InvariantCulture), "--nobind",
                "--remote-cert-tls", "server", "--explicit-exit-notify", "1",
            ], OpenvpnService.Ready, cancel);
        await SshCall.RunAsync(vendor, site, site[what.Device].Device.Ip.ToString(), Work, cancel);
    }
}
