using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Network;

/// <summary>A device's SNMP agent: snmpd, for the community <c>public</c>. It shows the device's system and interfaces; of the machine that it really runs on it shows nothing.</summary>
internal sealed class SnmpService : IService
{
    /// <summary>What managers call themselves.</summary>
    public const string Community = "public";

    private const string Daemon = "/usr/sbin/snmpd", SystemGroup = ".1.3.6.1.2.1.1", InterfacesGroup = ".1.3.6.1.2.1.2";

    /// <inheritdoc/>
    public string Word => "snmp";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new(Daemon, "snmpd")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        HospitalDevice device = host.Device;
        SnmpIdentity shown = SnmpIdentity.Of(device);
        string folder = site.FolderOf($"snmp/{device.Key}"), configuration = Path.Combine(folder, "snmpd.conf");
        await File.WriteAllLinesAsync(configuration,
        [
            "agentAddress udp:161", $"view shown included {SystemGroup}", $"view shown included {InterfacesGroup}", $"rocommunity {Community} default -V shown",
            $"sysDescr {shown.Description}", $"sysObjectID {shown.ObjectId}", $"sysName {device.HostName}", $"sysContact {device.Owner} {device.Contact}", $"sysLocation {device.Department.English}",
        ], cancel);
        return await ProgramRun.ServeUntilAsync(host, site.LogOf(host, "snmpd"), Daemon, ["-f", "-Lo", "-C", "-c", configuration], "NET-SNMP version", cancel,
            // It would read and check all definitions of modules, and write below /var.
            new Dictionary<string, string> { ["MIBS"] = "", ["SNMP_PERSISTENT_DIR"] = folder });
    }
}
