using System.Globalization;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>What a machine's kernel and programs are recognised by, as far as a namespace can be given them: real packets of the real kernel and of real clients.</summary>
/// <param name="TimeToLive">Initial time to live.</param>
/// <param name="HasTimestamps">Whether its TCP offers time stamps.</param>
/// <param name="Dhcp">How it asks for its address.</param>
/// <param name="HostName">The name it says when it asks.</param>
/// <param name="UserAgent">What its web client calls itself.</param>
/// <param name="Tls">Options of curl that make its TLS another's; empty for its own.</param>
internal sealed record MachineTraits(int TimeToLive, bool HasTimestamps, DhcpTraits Dhcp, string HostName, string UserAgent, params IReadOnlyList<string> Tls)
{
    /// <summary>The ISC client's own habit on a Linux laptop.</summary>
    public static readonly DhcpTraits LinuxDhcp = new(null, [1, 28, 2, 3, 15, 6, 119, 12, 44, 47, 26, 121, 42]);

    /// <summary>A Windows machine's.</summary>
    public static readonly DhcpTraits WindowsDhcp = new("MSFT 5.0", [1, 15, 3, 6, 44, 46, 47, 31, 33, 121, 249, 43]);
}

/// <summary>A machine that is switched on: it asks for its address, calls the server's pages again and again, and beats all the time.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromSeconds(2), Limit = TimeSpan.FromSeconds(5);
    private readonly Ward ward;
    private readonly HostNamespace host;
    private readonly MachineTraits traits;
    private readonly CancellationTokenSource stop = new();
    private readonly Beat beat;
    private readonly Task living;
    private RunningProgram? client;

    private Machine(Ward ward, HostNamespace host, MachineTraits traits)
    {
        (this.ward, this.host, this.traits) = (ward, host, traits);
        beat = new Beat(host, ward.Server.Device.Ip);
        living = LiveAsync();
    }

    /// <summary>Switches a machine on whose cable is in a port.</summary>
    public static async Task<Machine> OnAsync(Ward ward, string key, MachineTraits traits, CancellationToken cancel)
    {
        HostNamespace host = ward[key];
        await IpTool.ShellAsync(host.Name, string.Create(CultureInfo.InvariantCulture, $"sysctl -qw net.ipv4.ip_default_ttl={traits.TimeToLive} net.ipv4.tcp_timestamps={(traits.HasTimestamps ? 1 : 0)}"), cancel);
        await ward.SwitchOnAsync(key, cancel);
        Machine machine = new(ward, host, traits);
        await machine.AskAddressAsync(cancel);
        return machine;
    }

    /// <summary>Switches it off: its programs end and its card goes down.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await living;
        await beat.DisposeAsync();
        if (client is not null) await client.DisposeAsync();
        await ward.SwitchOffAsync(host.Device.Key, CancellationToken.None);
        stop.Dispose();
    }

    /// <summary>Asks for its address as its client does, until it gets one or is switched off; it has its address already, so that the answer changes nothing.</summary>
    private async Task AskAddressAsync(CancellationToken cancel)
    {
        string folder = ward.Site.FolderOf("dhclient"), configuration = Path.Combine(folder, host.Device.Key + ".conf"), leases = Path.Combine(folder, host.Device.Key + ".leases");
        List<string> lines = ["timeout 60;", "retry 5;", "initial-interval 1;", $"send host-name \"{traits.HostName}\";", $"send dhcp-parameter-request-list {string.Join(',', traits.Dhcp.Parameters)};"];
        if (traits.Dhcp.VendorClass is { } vendor) lines.Add($"send vendor-class-identifier \"{vendor}\";");
        await File.WriteAllLinesAsync(configuration, lines, cancel);
        await File.WriteAllBytesAsync(leases, [], cancel);
        client = await ProgramRun.ServeAsync(host, ward.Site.LogOf(host, "dhclient"), "dhclient",
            ["-4", "-1", "-d", "-sf", "/bin/true", "-cf", configuration, "-lf", leases, "-pf", Path.Combine(folder, host.Device.Key + ".pid"), "eth0"], [], cancel);
    }

    private async Task LiveAsync()
    {
        try
        {
            while (true)
            {
                foreach (string address in (string[])[$"http://{ward.Server.Device.Ip}/", $"https://{ward.Server.Device.Ip}/"])
                    await ProgramRun.RunAsync(host, ward.Site.LogOf(host, "curl"), "curl", ["-sk", "-m", "2", "-o", "/dev/null", "-A", traits.UserAgent, .. traits.Tls, address], Limit, stop.Token);
                await Task.Delay(BetweenCalls, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LabException)
        {
            // It is switched off.
        }
    }
}
