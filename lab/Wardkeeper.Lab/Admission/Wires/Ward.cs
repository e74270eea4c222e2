using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Wires;

/// <summary>
/// The wires of a ward: an access switch with a bridge per VLAN, the server on the medical one, machines at its ports, and the room of the hub, which the switch reaches
/// over a management cable and whose sensor hears everything that comes in at any port (a mirror port). A port is on no bridge until <see cref="BridgeWires"/> puts it there.
/// </summary>
internal sealed class Ward : IAsyncDisposable
{
    /// <summary>Name of the server, and of the port it is at.</summary>
    public const string ServerKey = "srv";

    /// <summary>Name of the hub's room.</summary>
    public const string HubKey = "hub";

    /// <summary>The card that the sensor listens on.</summary>
    public const string MirrorCard = "mon0";

    private const string MirrorPort = "pmon", ManagementPort = "pmgmt", SwitchKey = "sw";
    private readonly string prefix;
    private readonly Dictionary<string, HostNamespace> hosts;
    private readonly Dictionary<string, string> places;

    private Ward(string prefix, WardVlans vlans, HospitalSite site, IReadOnlyList<WardMachine> machines)
    {
        (this.prefix, Vlans, Site) = (prefix, vlans, site);
        hosts = site.Hosts.ToDictionary(host => host.Device.Key, StringComparer.Ordinal);
        places = machines.Where(machine => machine.Port is not null).ToDictionary(machine => machine.Port!, machine => machine.Key, StringComparer.Ordinal);
    }

    /// <summary>Address of the hub's room on the management cable.</summary>
    public static IPAddress HubAddress { get; } = IPAddress.Parse("10.79.0.1");

    /// <summary>Address of the switch on it.</summary>
    public static IPAddress SwitchAddress { get; } = IPAddress.Parse("10.79.0.2");

    /// <summary>Its VLANs.</summary>
    public WardVlans Vlans { get; }

    /// <summary>Hosts and folder.</summary>
    public HospitalSite Site { get; }

    /// <summary>Namespace of the switch.</summary>
    public string Switch => NameOf(SwitchKey);

    /// <summary>The switch as a host: sockets and programs in its namespace.</summary>
    public HostNamespace SwitchHost => hosts[SwitchKey];

    /// <summary>The hub's room.</summary>
    public HostNamespace Hub => hosts[HubKey];

    /// <summary>The server.</summary>
    public HostNamespace Server => hosts[ServerKey];

    /// <summary>The switch's ports for devices.</summary>
    public IReadOnlyCollection<string> Ports { get; private set; } = [];

    /// <summary>A machine.</summary>
    public HostNamespace this[string key] => Site[key];

    /// <summary>Builds it.</summary>
    /// <param name="prefix">Begin of all names, at most 4 letters.</param>
    /// <param name="folder">Folder of the run.</param>
    /// <param name="vlans">Its VLANs.</param>
    /// <param name="ports">Names of the ports for devices.</param>
    /// <param name="machines">The server's neighbours; the server, the switch and the hub's room are made in any case.</param>
    /// <param name="cancel">Stops building; what was built is removed.</param>
    /// <exception cref="LabException">Something could not be made.</exception>
    public static async Task<Ward> BuildAsync(string prefix, string folder, WardVlans vlans, IReadOnlyCollection<string> ports, IReadOnlyList<WardMachine> machines, CancellationToken cancel)
    {
        WardMachine[] all =
        [
            WardMachine.Of(SwitchKey, null, "switch", new([2, 0x77, 0, 0, 0, 1]), vlans.Medical, 2, "ward3-sw1"),
            WardMachine.Of(HubKey, null, "server", new([2, 0x77, 0, 0, 0, 2]), vlans.Medical, 3, "wardkeeper"),
            WardMachine.Of(ServerKey, null, "server", new([0x20, 0xE7, 0x91, 0x77, 0, 10]), vlans.Medical, 10, "archive"),
            .. machines,
        ];
        HospitalSite site = new(folder, DateOnly.FromDateTime(DateTime.Today), all.Select(machine => new HostNamespace(machine.Device, $"{prefix}-{machine.Key}")));
        Ward ward = new(prefix, vlans, site, all) { Ports = ports };
        await HospitalNetwork.RemoveAsync(prefix);
        try
        {
            await ward.MakeAsync(cancel);
            return ward;
        }
        catch
        {
            await HospitalNetwork.RemoveAsync(prefix);
            throw;
        }
    }

    /// <summary>Makes a UDP socket on the switch, for <see cref="AccessSwitch"/>.</summary>
    public Socket SwitchSocket(int port) => SwitchHost.Datagrams(port);

    /// <summary>Puts a port's cable into another machine, which is switched off.</summary>
    public async Task PlugAsync(string port, string key, CancellationToken cancel)
    {
        HostNamespace host = Site[key];
        string from = places.TryGetValue(port, out string? holder) ? NameOf(holder) : Switch;
        string card = holder is null ? Loose(port) : "eth0";
        await IpTool.BatchAsync(from, [$"link set {card} netns {host.Name}"], cancel);
        places[port] = key;
        if (holder is null) await IpTool.BatchAsync(host.Name, [$"link set {card} name eth0"], cancel);
    }

    /// <summary>The hub's card in a VLAN.</summary>
    public static string HubCard(int vlan) => string.Create(CultureInfo.InvariantCulture, $"vlan{vlan}");

    /// <summary>Gives the hub a card in a VLAN: what it offers to devices is reached there, and nothing else of the VLANs is connected by it.</summary>
    /// <returns>Its address.</returns>
    public async Task<IPAddress> CableHubAsync(int vlan, CancellationToken cancel)
    {
        IPAddress address = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.78.{vlan}.3"));
        string card = HubCard(vlan);
        await IpTool.BatchAsync(Switch, [$"link add ph{vlan} type veth peer name {card} netns {Hub.Name}", $"link set ph{vlan} master br{vlan} up"], cancel);
        await IpTool.BatchAsync(Hub.Name, [$"addr add {address}/24 dev {card}", $"link set {card} up"], cancel);
        foreach ((string place, string end) in ((string, string)[])[(Switch, $"ph{vlan}"), (Hub.Name, card)]) await IpTool.ShellAsync(place, $"ethtool -K {end} tx off rx off sg off tso off gso off gro off >/dev/null 2>&1 || true", cancel);
        return address;
    }

    /// <summary>Switches a machine off: its card goes down.</summary>
    public Task SwitchOffAsync(string key, CancellationToken cancel) => IpTool.BatchAsync(Site[key].Name, ["link set eth0 down"], cancel);

    /// <summary>Switches a machine on: its card gets its address.</summary>
    public async Task SwitchOnAsync(string key, CancellationToken cancel)
    {
        HostNamespace host = Site[key];
        await IpTool.ShellAsync(host.Name, "ethtool -K eth0 tx off rx off sg off tso off gso off gro off >/dev/null 2>&1 || true", cancel);
        await IpTool.BatchAsync(host.Name, ["link set lo up", "link set eth0 down", $"link set eth0 address {MacText.Colons(MacText.Of(host.Device.Mac))}", $"addr replace {host.Device.Ip}/24 brd + dev eth0", "link set eth0 up"], cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await HospitalNetwork.RemoveAsync(prefix);

    private static string Loose(string port) => "x" + port;

    private string NameOf(string key) => $"{prefix}-{key}";

    private async Task MakeAsync(CancellationToken cancel)
    {
        await IpTool.BatchAsync(null, Site.Hosts.Select(host => $"netns add {host.Name}"), cancel);
        foreach (HostNamespace host in Site.Hosts)
            await IpTool.ShellAsync(host.Name, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1", cancel);
        HostFiles.Write(Site, Site.Hosts);
        await IpTool.BatchAsync(Switch,
            [
                "link set lo up",
                .. Vlans.All.SelectMany(vlan => (string[])[$"link add br{vlan} type bridge stp_state 0 forward_delay 0 mcast_snooping 0", $"link set br{vlan} up"]),
                $"link add {ServerKey} type veth peer name eth0 netns {Server.Name}", $"link set {ServerKey} master br{Vlans.Medical} up",
                $"link add {ManagementPort} type veth peer name mgmt0 netns {Hub.Name}", $"addr add {SwitchAddress}/24 dev {ManagementPort}", $"link set {ManagementPort} up",
                $"link add {MirrorPort} type veth peer name {MirrorCard} netns {Hub.Name}", $"link set {MirrorPort} up",
                .. Ports.SelectMany(Cable),
            ], cancel);
        await IpTool.ShellAsync(Switch, "sysctl -qw net.bridge.bridge-nf-call-iptables=0 2>/dev/null || true\n"
            + string.Concat(Ports.Append(ServerKey).Select(port => $"ethtool -K {port} tx off rx off sg off tso off gso off gro off >/dev/null 2>&1 || true\n")), cancel);
        await IpTool.BatchAsync(Hub.Name, ["link set lo up", $"addr add {HubAddress}/24 dev mgmt0", "link set mgmt0 up", $"link set {MirrorCard} up promisc on"], cancel);
        await IpTool.ShellAsync(Switch, $"nft -f - <<'N'\n{MirrorRules()}N\n", cancel);
        await SwitchOnAsync(ServerKey, cancel);
    }

    /// <summary>A port and its cable; the far end lies loose on the switch until a machine is plugged in.</summary>
    private IEnumerable<string> Cable(string port)
    {
        bool isPlugged = places.TryGetValue(port, out string? key);
        yield return $"link add {port} type veth peer name {(isPlugged ? "eth0" : Loose(port))}{(isPlugged ? " netns " + NameOf(key!) : "")}";
        yield return $"link set {port} up";
    }

    /// <summary>Every frame that comes in at a port, once.</summary>
    private string MirrorRules() => "table netdev span {\n" + string.Concat(Ports.Append(ServerKey).Select((port, number) =>
        string.Create(CultureInfo.InvariantCulture, $"chain in{number} {{\n type filter hook ingress device \"{port}\" priority 0; policy accept;\n dup to \"{MirrorPort}\"\n}}\n"))) + "}\n";
}
