using System.Net;
using System.Net.NetworkInformation;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>What a host knows and does about its card: neighbours, addresses, up and down.</summary>
internal static class CardTool
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    /// <summary>The program that announces an address.</summary>
    public static Requirement Announcing { get; } = new("arping", "iputils-arping");

    /// <summary>The program that pings.</summary>
    public static Requirement Pinging { get; } = new("ping", "iputils-ping");

    /// <summary>A hardware address as <c>ip</c> writes it.</summary>
    public static string Text(PhysicalAddress address) => string.Join(':', address.GetAddressBytes().Select(part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The hardware address that a host believes an address to have; null where it knows none.</summary>
    public static async Task<string?> BelievedAsync(HostNamespace host, IPAddress address, CancellationToken cancel)
    {
        string[] words = (await IpTool.RunAsync("ip", ["-n", host.Name, "neigh", "show", address.ToString()], null, cancel)).Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        int at = Array.IndexOf(words, "lladdr");
        return at < 0 ? null : words[at + 1];
    }

    /// <summary>Lets a host forget what it believes of an address.</summary>
    public static Task ForgetAsync(HostNamespace host, IPAddress address) => IpTool.BatchAsync(host.Name, [$"neigh flush to {address}"], CancellationToken.None);

    /// <summary>Takes a device's card off the network; nothing is sent.</summary>
    public static Task DownAsync(HostNamespace host, CancellationToken cancel) => IpTool.BatchAsync(host.Name, ["link set eth0 down"], cancel);

    /// <summary>Brings a device's card back with a hardware address, and announces it by gratuitous ARP as systems do.</summary>
    /// <param name="host">The device.</param>
    /// <param name="mac">The hardware address.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="address">The address that it has now; null for its own.</param>
    public static async Task UpAsync(HostNamespace host, PhysicalAddress mac, CancellationToken cancel, IPAddress? address = null)
    {
        await IpTool.BatchAsync(host.Name, [$"link set eth0 address {Text(mac)}", "link set eth0 up", $"route replace default via {HospitalNetwork.RouterOf(host.Device)}"], cancel);
        // The switch's port needs a moment; what is sent before is lost.
        await Task.Delay(Settling, cancel);
        await IpTool.ShellAsync(host.Name, $"{Announcing.Program} -q -U -c 1 -I eth0 {address ?? host.Device.Ip}", cancel);
    }

    /// <summary>Pings a host from another.</summary>
    /// <returns>How many answers came.</returns>
    public static async Task<int> PingAsync(SceneStage stage, HostNamespace from, IPAddress to, int count, TimeSpan pace, CancellationToken cancel)
    {
        ProgramResult result = await stage.RunAsync(from, "ping",
            ["-n", "-c", SceneStage.Text(count), "-i", pace.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture), "-W", "2", to.ToString()], cancel);
        return result.Output.Split('\n').Count(line => line.Contains("icmp_seq=", StringComparison.Ordinal) && line.Contains(" time=", StringComparison.Ordinal));
    }
}
