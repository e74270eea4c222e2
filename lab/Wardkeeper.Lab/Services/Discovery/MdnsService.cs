using System.Globalization;
using System.Security;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Discovery;

/// <summary>Names and services of a device over multicast DNS (RFC 6762, RFC 6763): avahi-daemon without D-Bus. It announces what the device offers, with maker and model.</summary>
internal sealed class MdnsService : IService
{
    /// <summary>DNS-SD types of what a device may offer (IANA's registry of service names), with their ports.</summary>
    private static readonly Dictionary<string, (string Type, int Port)> Types = new()
    {
        ["http"] = ("_http._tcp", 80), ["https"] = ("_https._tcp", 443), ["ssh"] = ("_ssh._tcp", 22), ["telnet"] = ("_telnet._tcp", 23), ["ftp"] = ("_ftp._tcp", 21), ["smb"] = ("_smb._tcp", 445),
        ["jetdirect"] = ("_pdl-datastream._tcp", 9100), ["rtsp"] = ("_rtsp._tcp", 554), ["vnc"] = ("_rfb._tcp", 5900), ["dicom"] = ("_dicom._tcp", 104), ["mqtt"] = ("_mqtt._tcp", 1883),
    };

    /// <inheritdoc/>
    public string Word => "mdns";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("avahi-daemon", "avahi-daemon")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        // Its folder of services is fixed; the device has an /etc/avahi of its own.
        string folder = Path.Combine(HostFiles.FolderOf(host.Name), "avahi"), configuration = Path.Combine(folder, "avahi-daemon.conf");
        Directory.CreateDirectory(Path.Combine(folder, "services"));
        await File.WriteAllLinesAsync(configuration,
        [
            "[server]", $"host-name={host.Device.HostName}", "use-ipv6=no", "allow-interfaces=eth0", "enable-dbus=no", "[wide-area]", "enable-wide-area=no",
            "[publish]", "publish-workstation=no", "publish-hinfo=no", "publish-aaaa-on-ipv4=no",
        ], cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "services", "device.service"), Services(host.Device), cancel);
        return await DeviceSystem.ServeAsync(host, site, "avahi-daemon", ["--no-drop-root", "--no-chroot", "--no-rlimits", "-f", configuration], [], cancel);
    }

    /// <summary>Where nothing else is offered, only the device itself is announced (_device-info._tcp has no port).</summary>
    private static string Services(HospitalDevice device)
    {
        (string Type, int Port)[] offered = [.. device.Offers.Where(Types.ContainsKey).Select(word => Types[word]), ("_device-info._tcp", 0)];
        string texts = string.Concat(((string[])["vendor=" + device.Vendor, "model=" + device.Model, "fw=" + device.SoftwareVersion, "serial=" + device.Serial]).Select(text => $"<txt-record>{SecurityElement.Escape(text)}</txt-record>"));
        return $"""
            <?xml version="1.0" encoding="utf-8"?>
            <!DOCTYPE service-group SYSTEM "avahi-service.dtd">
            <service-group>
            <name>{SecurityElement.Escape($"{device.Model} {device.HostName}")}</name>
            {string.Join('\n', offered.Select(one => string.Create(CultureInfo.InvariantCulture, $"<service><type>{one.Type}</type><port>{one.Port}</port>{texts}</service>")))}
            </service-group>

            """;
    }
}
