using System.Text;

namespace Wardkeeper.Lab.Site;

/// <summary>
/// What the servers on a device take for its operating system: its own accounts with a user <c>service</c>, its
/// own rules for passwords, and <c>/run</c>, <c>/tmp</c>, <c>/var/log</c> and <c>/home</c> of its own. <c>ip netns exec</c> binds the files of
/// <c>/etc/netns/NAME</c> over <c>/etc</c> and gives each program a mount namespace, so that nothing of this is seen outside.
/// </summary>
internal static class DeviceSystem
{
    /// <summary>The account that every device has for its maker's engineers.</summary>
    public const string User = "service";

    /// <summary>Its password, which is as bad as such passwords are.</summary>
    public const string Password = "service";

    private const string UserNumber = "2000", GroupNumber = "2000";

    /// <summary>crypt(5) of <see cref="Password"/>.</summary>
    private const string PasswordHash = "$6$wardkeeper$LuOqWn8L0zJEihmazgdymD.DQ7rDmovXoh5Jh9TOGOfwrvAnNlFEkE0E8Ig/aOgFulRep6YNKleN6WCQcNn3m.";

    /// <summary>
    /// Makes the device's own mounts, then runs its program: $0 is the site's folder (which stays visible even where it lies
    /// below /tmp), $1 the home folder, $2 the folder of logs, and the rest is the program. Its input is empty, not a pipe: smbd ends with one.
    /// </summary>
    private const string Enter = """
        mount -n -t tmpfs -o mode=755 lab /run
        mkdir -p /run/site /run/sshd /run/empty /run/samba /run/avahi-daemon
        mount -n --bind "$0" /run/site
        mount -n -t tmpfs -o mode=1777 lab /tmp
        mkdir -p "$0"
        mount -n --bind /run/site "$0"
        mount -n -t tmpfs -o mode=755 lab /home
        mkdir /home/service
        mount -n --bind "$1" /home/service
        mount -n --bind "$2" /var/log
        chown -R service:service /home/service
        shift 2
        exec "$@" </dev/null
        """;

    private static readonly Lock Writing = new();

    /// <summary>The home folder of the user <c>service</c> on a device, as seen from outside.</summary>
    public static string HomeOf(HospitalSite site, HostNamespace host) => site.FolderOf($"home/{host.Device.Key}");

    /// <summary>The folder <c>/var/log</c> of a device, as seen from outside.</summary>
    public static string LogsOf(HospitalSite site, HostNamespace host) => site.FolderOf($"var-log/{host.Device.Key}");

    /// <summary>Starts a server that sees the device as its system. Like <see cref="ProgramRun.ServeAsync"/>, but its rights may be those of another account of Debian's than root.</summary>
    /// <exception cref="LabException">It ended, or did not listen in time.</exception>
    public static Task<RunningProgram> ServeAsync(HostNamespace host, HospitalSite site, string program, IEnumerable<string> arguments, IReadOnlyCollection<int> ports, CancellationToken cancel, string? account = null)
    {
        WriteAccounts(host);
        return ProgramRun.ServeAsync(host, site.LogOf(host, Path.GetFileName(program)), "sh",
            ["-e", "-c", Enter, site.Folder, HomeOf(site, host), LogsOf(site, host), .. account is null ? [] : As(account), program, .. arguments], ports, cancel);
    }

    /// <summary>The beginning of a command line that gives up root's rights for those of an account.</summary>
    public static string[] As(string account) => ["setpriv", "--reuid=" + account, "--regid=" + account, "--clear-groups"];

    /// <summary>Writes a device's accounts, rules for passwords and banner, once. The machine's accounts are there without their passwords: servers give up their rights to them.</summary>
    public static void WriteAccounts(HostNamespace host)
    {
        string folder = HostFiles.FolderOf(host.Name);
        lock (Writing)
        {
            if (File.Exists(Path.Combine(folder, "group"))) return;
            string[] users = File.ReadAllLines("/etc/passwd");
            Write("passwd", [.. users, $"{User}:x:{UserNumber}:{GroupNumber}:Service:/home/service:/bin/sh"]);
            Write("shadow", [.. users.Select(user => user.Split(':')[0] + ":*:19000::::::"), $"{User}:{PasswordHash}:19000::::::"]);
            File.SetUnixFileMode(Path.Combine(folder, "shadow"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Write("issue", [$"{host.Device.Vendor} {host.Device.Model} {host.Device.SoftwareVersion}", ""]);
            string[] rules = ["auth required pam_unix.so nodelay", "account required pam_unix.so", "password required pam_deny.so", "session required pam_unix.so"];
            Directory.CreateDirectory(Path.Combine(folder, "pam.d"));
            Write("pam.d/other", rules);
            Write("pam.d/vsftpd", rules);
            Write("pam.d/login", ["auth required pam_issue.so issue=/etc/issue noesc", .. rules]);
            Write("group", [.. File.ReadAllLines("/etc/group"), $"{User}:x:{GroupNumber}:"]);
        }

        void Write(string name, IEnumerable<string> lines) => File.WriteAllText(Path.Combine(folder, name), string.Join('\n', lines) + "\n", new UTF8Encoding(false));
    }
}
