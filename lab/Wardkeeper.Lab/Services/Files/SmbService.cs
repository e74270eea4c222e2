using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Files;

/// <summary>
/// A file server with one share, <c>data</c>, for the user <c>service</c>: smbd of Samba. Servers and computers of offices and wards
/// speak SMB 3; of the other devices some are so old that they know only SMB 1 or SMB 2, always the same for a model.
/// </summary>
internal sealed class SmbService : IService
{
    /// <summary>Port of SMB without NetBIOS.</summary>
    public const int Port = 445;

    /// <summary>The share.</summary>
    public const string Share = "data";

    /// <summary>NT hash of the password: MD4 of it in UTF-16LE ([MS-NLMP], NTOWFv1), as smbpasswd(5) has it.</summary>
    private const string PasswordHash = "F07206C3869BDA5ACD38A3D923A95D2A";

    private static readonly string[] OldDialects = ["NT1", "SMB2_10", "SMB3"], Computers = ["server", "-pc", "clinical-workstation"];

    /// <inheritdoc/>
    public string Word => "smb";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("smbd", "samba")];

    /// <summary>The newest dialect that a device speaks, in the words of smb.conf(5).</summary>
    public static string DialectOf(HospitalDevice device) =>
        Computers.Any(part => device.Type.Contains(part, StringComparison.Ordinal)) ? "SMB3" : OldDialects[(device.Vendor + device.Model).Sum(character => character) % OldDialects.Length];

    /// <summary>The folder that is shared, as seen from outside.</summary>
    public static string FolderOf(HospitalSite site, HostNamespace host) => Directory.CreateDirectory(Path.Combine(DeviceSystem.HomeOf(site, host), Share)).FullName;

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string folder = site.FolderOf($"smb/{host.Device.Key}"), configuration = Path.Combine(folder, "smb.conf"), passwords = Path.Combine(folder, "smbpasswd");
        await File.WriteAllTextAsync(passwords, $"{DeviceSystem.User}:2000:{new string('X', 32)}:{PasswordHash}:[U          ]:LCT-65000000:\n", cancel);
        FolderOf(site, host);
        string[] own = ["private dir", "lock directory", "state directory", "cache directory", "pid directory"];
        await File.WriteAllLinesAsync(configuration,
        [
            "[global]", "workgroup = HOSPITAL", $"netbios name = {host.Device.Key}", $"server string = {host.Device.Vendor} {host.Device.Model}",
            .. own.Select(one => $"{one} = /run/samba"), "ncalrpc dir = /run/samba/ncalrpc", $"passdb backend = smbpasswd:{passwords}",
            "server min protocol = NT1", $"server max protocol = {DialectOf(host.Device)}", "disable netbios = yes", $"smb ports = {Port}", "bind interfaces only = yes", "interfaces = eth0",
            "load printers = no", "printing = bsd", "printcap name = /dev/null", "disable spoolss = yes", "log level = 1 auth_audit:3",
            $"[{Share}]", $"path = /home/service/{Share}", "read only = no", $"valid users = {DeviceSystem.User}",
        ], cancel);
        Directory.CreateDirectory(Path.Combine(DeviceSystem.LogsOf(site, host), "samba"));
        return await DeviceSystem.ServeAsync(host, site, "smbd", ["-F", "--no-process-group", "-s", configuration, "--debug-stdout"], [Port], cancel);
    }
}
