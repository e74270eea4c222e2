using System.Globalization;
using System.Text;

namespace Wardkeeper.Lab.Site;

/// <summary>The hosts file and the name server that programs in a namespace see (ip-netns(8), /etc/netns). Programs that look up a peer's name hang without them.</summary>
internal static class HostFiles
{
    /// <summary>Domain of all host names (RFC 2606).</summary>
    public const string Domain = "hospital.test";

    /// <summary>Where a namespace's files lie.</summary>
    public static string FolderOf(string name) => "/etc/netns/" + name;

    /// <summary>A device's full name.</summary>
    public static string NameOf(Hospital.HospitalDevice device) => $"{device.HostName}.{Domain}";

    /// <summary>Writes them for hosts, which need not be the hospital's own.</summary>
    public static void Write(HospitalSite site, IEnumerable<HostNamespace> readers)
    {
        StringBuilder hosts = new("127.0.0.1 localhost\n");
        foreach (Hospital.HospitalDevice device in site.Devices) hosts.Append(CultureInfo.InvariantCulture, $"{device.Ip} {NameOf(device)} {device.HostName} {device.Key}\n");
        foreach (HostNamespace host in readers)
        {
            string folder = Directory.CreateDirectory(FolderOf(host.Name)).FullName;
            File.WriteAllText(Path.Combine(folder, "hosts"), hosts.ToString());
            File.WriteAllText(Path.Combine(folder, "resolv.conf"), $"nameserver {HospitalNetwork.RouterOf(host.Device)}\nsearch {Domain}\n");
        }
    }
}
