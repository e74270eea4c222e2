using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Files;

/// <summary>A file server in clear text, whose banner names the model: vsftpd. The user <c>service</c> finds the home folder.</summary>
internal sealed class FtpService : IService
{
    /// <summary>Port of file servers in clear text.</summary>
    public const int Port = 21;

    /// <inheritdoc/>
    public string Word => "ftp";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("vsftpd", "vsftpd")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string configuration = Path.Combine(site.FolderOf($"ftp/{host.Device.Key}"), "vsftpd.conf");
        await File.WriteAllLinesAsync(configuration,
        [
            "listen=YES", "listen_ipv6=NO", "background=NO", "anonymous_enable=NO", "local_enable=YES", "write_enable=YES", "local_umask=022", "check_shell=NO", "session_support=NO",
            "pam_service_name=vsftpd", "secure_chroot_dir=/run/empty", "xferlog_enable=YES", "log_ftp_protocol=YES", "vsftpd_log_file=/var/log/vsftpd.log",
            $"ftpd_banner={host.Device.Vendor} {host.Device.Model} FTP server {host.Device.SoftwareVersion}",
            // Its sandbox knows only the system calls of older libraries, and its own namespaces would have no network.
            "seccomp_sandbox=NO", "isolate=NO", "isolate_network=NO",
        ], cancel);
        return await DeviceSystem.ServeAsync(host, site, "vsftpd", [configuration], [Port], cancel);
    }
}
