using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Site;

/// <summary>The hospital while it runs: its hosts and its folder.</summary>
public sealed class HospitalSite
{
    private readonly Dictionary<string, HostNamespace> hosts;

    /// <summary>Puts a running hospital together.</summary>
    /// <param name="folder">Folder for everything that programs need and log; gone after a run unless it is kept.</param>
    /// <param name="date">The first day that is played.</param>
    /// <param name="hosts">Every host.</param>
    public HospitalSite(string folder, DateOnly date, IEnumerable<HostNamespace> hosts)
    {
        (Folder, Date) = (folder, date);
        this.hosts = hosts.ToDictionary(host => host.Device.Key, StringComparer.Ordinal);
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
    }

    /// <summary>Folder for everything that programs need and log.</summary>
    public string Folder { get; }

    /// <summary>The day that is played; the next one when a hospital runs on.</summary>
    public DateOnly Date { get; internal set; }

    /// <summary>Every host.</summary>
    public IReadOnlyCollection<HostNamespace> Hosts => hosts.Values;

    /// <summary>The host of a device.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public HostNamespace this[string key] => hosts.TryGetValue(key, out HostNamespace? host) ? host : throw new LabException($"the plan names a device {key} that this hospital does not have");

    /// <summary>Every device, in the order of the plan.</summary>
    public IEnumerable<HospitalDevice> Devices => hosts.Values.Select(host => host.Device);

    /// <summary>A folder of its own for one purpose, made if need be.</summary>
    public string FolderOf(string purpose) => Directory.CreateDirectory(Path.Combine(Folder, purpose)).FullName;

    /// <summary>The log of one program on one host.</summary>
    public string LogOf(HostNamespace host, string program) => Path.Combine(Folder, "logs", $"{host.Device.Key}-{program}.log");
}
