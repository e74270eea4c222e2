using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Shells;

/// <summary>
/// A secure shell with a host key of its own: OpenSSH on servers and workstations, its version followed by the model as some makers
/// configure it; dropbear on small devices, as their firmware has it.
/// </summary>
internal sealed class SshService : IService
{
    /// <summary>Port of secure shells.</summary>
    public const int Port = 22;

    private const string Daemon = "/usr/sbin/sshd";

    /// <summary>Parts of the types of devices whose firmware is a small one.</summary>
    private static readonly string[] Small = ["pump", "monitor", "meter", "bed", "camera", "printer", "gateway", "router", "switch", "access-point", "controller", "sensor", "display"];

    /// <inheritdoc/>
    public string Word => "ssh";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new(Daemon, "openssh-server"), new("ssh-keygen", "openssh-client"), new("dropbear", "dropbear-bin"), new("dropbearkey", "dropbear-bin")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string folder = site.FolderOf($"ssh/{host.Device.Key}"), key = Path.Combine(folder, "key");
        if (Small.Any(part => host.Device.Type.Contains(part, StringComparison.Ordinal)))
        {
            await ProgramRun.MustRunAsync(host, site.LogOf(host, "dropbearkey"), "dropbearkey", ["-t", "ed25519", "-f", key], TimeSpan.FromSeconds(20), cancel);
            return await DeviceSystem.ServeAsync(host, site, "dropbear", ["-F", "-E", "-r", key, "-p", $"0.0.0.0:{Port}"], [Port], cancel);
        }
        await ProgramRun.MustRunAsync(host, site.LogOf(host, "ssh-keygen"), "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", host.Device.HostName, "-f", key], TimeSpan.FromSeconds(20), cancel);
        string configuration = Path.Combine(folder, "sshd_config");
        await File.WriteAllLinesAsync(configuration,
        [
            $"ListenAddress 0.0.0.0:{Port}", $"HostKey {key}", "UsePAM no", "PasswordAuthentication yes", "PubkeyAuthentication no", "PermitRootLogin no", "PidFile none", "UseDNS no",
            "PrintMotd no", "PrintLastLog no", "LogLevel VERBOSE", "DebianBanner no", $"VersionAddendum {host.Device.Vendor} {host.Device.Model}",
            // Releases before 8.5 have no post-quantum exchange, whose keys cost more than all the rest of a login.
            "KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,diffie-hellman-group14-sha256",
        ], cancel);
        return await DeviceSystem.ServeAsync(host, site, Daemon, ["-D", "-e", "-f", configuration], [Port], cancel);
    }
}
