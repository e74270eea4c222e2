using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Network;

/// <summary>Asks for an address (dhclient) with the options of the device's own kind of program. The address is on the card already: what the server says is compared with it, not applied.</summary>
internal sealed class AskAddress : IActor<AddressAsked>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(12);

    /// <inheritdoc/>
    public async Task ActAsync(AddressAsked what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace host = site[what.Actor];
        DhcpTraits traits = host.Device.Dhcp ?? throw new LabException($"{what.Actor} has a fixed address and does not ask for one");
        using ScratchFolder folder = new(site, host);
        string configuration = folder["dhclient.conf"];
        List<string> options =
        [
            "timeout 10;", "initial-interval 2;", $"send host-name \"{host.Device.HostName}\";",
            // By numbers, in their order: not every number has a name in dhclient.
            $"send dhcp-parameter-request-list {string.Join(',', traits.Parameters)};",
        ];
        if (traits.VendorClass is { } vendor) options.Add($"send vendor-class-identifier \"{vendor.Replace("\"", "\\\"", StringComparison.Ordinal)}\";");
        await File.WriteAllLinesAsync(configuration, options, cancel);
        // -1 and -d: once, in front; it stays there with its lease until it is ended. Without leases of before it begins with DISCOVER.
        string leases = folder["leases"];
        await File.WriteAllBytesAsync(leases, [], cancel);
        await using RunningProgram client = await ProgramRun.ServeAsync(host, site.LogOf(host, "dhclient"), "dhclient",
            ["-4", "-1", "-d", "-sf", "/bin/true", "-cf", configuration, "-lf", leases, "-pf", folder["pid"], "eth0"], [], cancel);
        await client.AwaitAsync($"bound to {host.Device.Ip} ", Limit, cancel);
    }
}
