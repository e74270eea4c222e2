using System.Net;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Site;

/// <summary>
/// The hospital's wires: one namespace that is the switch, with a bridge per virtual LAN; one namespace per device, its card on
/// the bridge of its department; the router with a leg on every bridge. Nothing leads out of these namespaces. The names begin
/// with a prefix, by which everything can be found and removed even after the lab was killed.
/// </summary>
internal sealed class HospitalNetwork : IAsyncDisposable
{
    /// <summary>Key of the router among the devices.</summary>
    public const string Router = "gw";

    /// <summary>Key of the machine that stands outside the hospital, where there is one.</summary>
    public const string OutsideMachine = "vendor";

    private const int AtOnce = 4;
    private readonly string prefix;

    private HospitalNetwork(string prefix, HospitalSite site, IReadOnlyList<Department> departments) => (this.prefix, Site, Departments) = (prefix, site, departments);

    /// <summary>The hosts.</summary>
    public HospitalSite Site { get; }

    /// <summary>Departments, each with its bridge.</summary>
    public IReadOnlyList<Department> Departments { get; }

    /// <summary>Namespace that holds the bridges: who captures there sees what a mirror port shows.</summary>
    public string Switch => SwitchOf(prefix);

    /// <summary>Builds everything.</summary>
    /// <param name="prefix">Begin of all names, at most 4 letters.</param>
    /// <param name="folder">Folder of the run.</param>
    /// <param name="date">The planned day.</param>
    /// <param name="devices">Who lives there; one of them is the router.</param>
    /// <param name="cancel">Stops building; what was built is removed.</param>
    /// <exception cref="LabException">A namespace, a bridge or a card could not be made.</exception>
    public static async Task<HospitalNetwork> BuildAsync(string prefix, string folder, DateOnly date, IReadOnlyList<HospitalDevice> devices, CancellationToken cancel)
    {
        await RemoveAsync(prefix);
        HospitalNetwork network = Of(prefix, folder, date, devices);
        try
        {
            await network.MakeAsync(cancel);
            return network;
        }
        catch
        {
            await RemoveAsync(prefix);
            throw;
        }
    }

    /// <summary>The network of a lab that another process runs.</summary>
    /// <param name="prefix">Begin of all its names.</param>
    /// <param name="folder">Folder of its run.</param>
    /// <param name="date">The planned day.</param>
    /// <param name="devices">Who lives there.</param>
    public static HospitalNetwork Of(string prefix, string folder, DateOnly date, IReadOnlyList<HospitalDevice> devices) => new(prefix,
        new HospitalSite(folder, date, devices.Select(device => new HostNamespace(device, $"{prefix}-{device.Key}"))),
        [.. devices.Select(device => device.Department).DistinctBy(department => department.Vlan).OrderBy(department => department.Vlan)]);

    /// <summary>Plugs one more device into its department's bridge while everything runs. It is none of the hospital's: the site does not list it.</summary>
    /// <exception cref="LabException">There is no such department, or a device of this key is there already.</exception>
    public async Task<HostNamespace> PlugAsync(HospitalDevice device, CancellationToken cancel)
    {
        HostNamespace host = new(device, $"{prefix}-{device.Key}");
        if (Departments.All(department => department.Vlan != device.Department.Vlan)) throw new LabException($"nothing can be plugged in at {device.Department.Key}: it has no bridge");
        if (Existing(prefix).Contains(host.Name)) throw new LabException($"a device {device.Key} is plugged in already");
        try
        {
            await IpTool.BatchAsync(null, [$"netns add {host.Name}"], cancel);
            HostFiles.Write(Site, [host]);
            await AttachAsync(host, cancel);
            return host;
        }
        catch
        {
            await UnplugAsync(host);
            throw;
        }
    }

    /// <summary>Ends what runs on a device that was plugged in, and pulls its plug. Does nothing when it is gone already.</summary>
    public async Task UnplugAsync(HostNamespace host)
    {
        await NamespacePrograms.EndAsync([host.Name]);
        // The cable first: a namespace lives on, and with it its card, until its last socket is closed.
        await IpTool.RunAsync("ip", ["-n", Switch, "link", "del", host.Device.Key], null, CancellationToken.None);
        await IpTool.RunAsync("ip", ["netns", "del", host.Name], null, CancellationToken.None);
        if (Existing(prefix).Contains(host.Name)) throw new LabException($"the namespace {host.Name} could not be removed");
        string folder = HostFiles.FolderOf(host.Name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Ends every program in namespaces of this prefix and removes them. Does nothing when there are none.</summary>
    /// <returns>How many namespaces there were.</returns>
    public static async Task<int> RemoveAsync(string prefix)
    {
        string[] names = [.. Existing(prefix)];
        if (names.Length == 0) return 0;
        await NamespacePrograms.EndAsync(names);
        (int code, string output) = await IpTool.RunAsync("ip", ["-force", "-batch", "-"], string.Concat(names.Select(name => $"netns del {name}\n")), CancellationToken.None);
        foreach (string name in names)
        {
            string folder = HostFiles.FolderOf(name);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        if (Existing(prefix).Any()) throw new LabException($"these namespaces could not be removed: {string.Join(", ", Existing(prefix))} ({code}: {output.Trim()})");
        return names.Length;
    }

    /// <summary>Namespaces of this prefix that exist.</summary>
    public static IEnumerable<string> Existing(string prefix) =>
        Directory.Exists("/run/netns") ? Directory.EnumerateFiles("/run/netns", prefix + "-*").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal) : [];

    /// <summary>Name of the bridge of a virtual LAN in the switch's namespace.</summary>
    public static string BridgeOf(Department department) => $"br{department.Vlan}";

    /// <summary>Address of the router in a department's subnet.</summary>
    public static IPAddress RouterOf(HospitalDevice device)
    {
        byte[] address = device.Ip.GetAddressBytes();
        address[3] = 1;
        return new IPAddress(address);
    }

    /// <summary>Address at which a device reaches another: the nearest of the router's, any other's only one.</summary>
    public static IPAddress AddressFrom(HospitalDevice from, HospitalDevice to) => to.Key == Router ? RouterOf(from) : to.Ip;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await RemoveAsync(prefix);

    private static string SwitchOf(string prefix) => prefix + "-sw";

    private async Task MakeAsync(CancellationToken cancel)
    {
        await IpTool.BatchAsync(null, [$"netns add {Switch}", .. Site.Hosts.Select(host => $"netns add {host.Name}")], cancel);
        await IpTool.BatchAsync(Switch, [.. Departments.SelectMany(Bridge), "link set lo up"], cancel);
        await IpTool.ShellAsync(Switch, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1", cancel);
        HostFiles.Write(Site, Site.Hosts);
        await Parallel.ForEachAsync(Site.Hosts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (host, stop) => await AttachAsync(host, stop));
    }

    private static IEnumerable<string> Bridge(Department department)
    {
        string name = BridgeOf(department);
        return [$"link add {name} type bridge stp_state 0 forward_delay 0 mcast_snooping 0", $"link set {name} up"];
    }

    private async Task AttachAsync(HostNamespace host, CancellationToken cancel)
    {
        bool isRouter = host.Device.Key == Router;
        (string Card, string Port, Department Department, IPAddress Ip)[] legs = isRouter
            ? [.. Departments.Select(department => ($"eth{department.Vlan}", $"{Router}{department.Vlan}", department, LegOf(department)))]
            : [("eth0", host.Device.Key, host.Device.Department, host.Device.Ip)];
        string mac = string.Join(':', host.Device.Mac.GetAddressBytes().Select(part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

        await IpTool.BatchAsync(Switch, legs.SelectMany(leg => (string[])
            [$"link add {leg.Port} type veth peer name {leg.Card} netns {host.Name}", $"link set {leg.Port} master {BridgeOf(leg.Department)} up"]), cancel);
        await IpTool.ShellAsync(host.Name, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1" + (isRouter ? " net.ipv4.ip_forward=1\n" : "\n")
            + string.Concat(legs.Select(leg => $"ethtool -K {leg.Card} tx off rx off sg off tso off gso off gro off >/dev/null 2>&1 || true\n")), cancel);
        await IpTool.BatchAsync(host.Name, ["link set lo up", .. legs.SelectMany(leg => (string[])
            [$"link set {leg.Card} address {mac}", $"addr add {leg.Ip}/24 brd + dev {leg.Card}", $"link set {leg.Card} up"]),
            .. isRouter ? (string[])[] : [$"route add default via {RouterOf(host.Device)}"]], cancel);
        await IpTool.ShellAsync(Switch, string.Concat(legs.Select(leg => $"ethtool -K {leg.Port} tx off rx off sg off tso off gso off gro off >/dev/null 2>&1 || true\n")), cancel);
    }

    /// <summary>The router's address on a department's bridge: the first of its subnet.</summary>
    private IPAddress LegOf(Department department) => Site.Devices.FirstOrDefault(device => device.Key != Router && device.Department.Vlan == department.Vlan) is { } neighbour
        ? RouterOf(neighbour)
        : Site[Router].Device.Ip;
}
