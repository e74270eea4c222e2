using Wardkeeper.Lab.Actors.Shells;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Service;

/// <summary>What a service engineer, or whoever plays one, does to a device: new firmware by one of several ways, or work in its shell.</summary>
/// <param name="Way">How: <c>ftp</c>, <c>smb</c>, <c>ssh</c>, <c>telnet</c>, <c>page</c> (uploaded to its page) or <c>tftp</c> (the device fetches it).</param>
/// <param name="Firmware">Name of the firmware.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Port">TCP port of the page for updates.</param>
/// <param name="Command">What is typed in its shell.</param>
internal sealed record ServiceWork(string Way, string Firmware, int Size, int Port, string Command)
{
    // An upload over SSH is told from typing by its size.
    private const int Smallest = 160_000, Largest = 400_000;
    private static readonly string[] Words = ["firmware", "fw_update", "upgrade", "bootloader", "swupdate"], Ends = [".bin", ".img", ".hex", ".swu", ".rom"];
    private static readonly string[] Commands = ["uname -a; cat /proc/version", "ls -l /; echo set alarm-limits default", "echo service mode on; df", "mount; echo factory reset"];

    /// <summary>Programs of all ways.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } = [new("curl", "curl"), new("smbclient", "smbclient"), new("sshpass", "sshpass"), new("ssh", "openssh-client"), new("dnsmasq", "dnsmasq-base")];

    /// <summary>The ways in which a device can be worked on.</summary>
    public static IEnumerable<string> WaysOf(HospitalDevice device) => [.. device.Offers.Where(word => word is "ftp" or "smb" or "ssh" or "telnet"), .. device.Offers.Contains("http") ? (string[])["page"] : [], "tftp"];

    /// <summary>Work on one of several devices; each way is as likely as the others.</summary>
    public static (AnnouncedWork On, ServiceWork Work) Choose(Dice dice, IReadOnlyList<AnnouncedWork> announced)
    {
        string way = dice.Of([.. announced.SelectMany(one => WaysOf(one.Device)).Distinct().Order(StringComparer.Ordinal)]);
        AnnouncedWork on = dice.Of([.. announced.Where(one => WaysOf(one.Device).Contains(way))]);
        string file = $"{dice.Of(Words)}_{dice.Between(1, 9)}.{dice.Between(0, 20)}{dice.Of(Ends)}";
        return (on, new ServiceWork(way, file, dice.Between(Smallest, Largest), dice.Of([8080, 8088, 8443, 10_080]), dice.Of(Commands)));
    }

    /// <summary>Does it.</summary>
    /// <exception cref="LabException">The device did not take it.</exception>
    public async Task DoAsync(SceneStage stage, HostNamespace engineer, HostNamespace device, CancellationToken cancel)
    {
        string folder = stage.Folder($"service-{Guid.NewGuid():N}"), path = Path.Combine(folder, Firmware), address = device.Device.Ip.ToString(), login = $"{DeviceSystem.User}:{DeviceSystem.Password}";
        // Servers that give up their rights read it too.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        await File.WriteAllBytesAsync(path, [.. "This is a laboratory recording; no firmware.\n"u8, .. stage.Dice.Bytes(Size)], cancel);
        switch (Way)
        {
            case "ftp":
                await stage.MustRunAsync(engineer, "curl", ["-sS", "-u", login, "-T", path, $"ftp://{address}/{Firmware}"], cancel);
                break;
            case "smb":
                await stage.MustRunAsync(engineer, "smbclient", [$"//{address}/{SmbService.Share}", "-s", "/dev/null", "-U", $"{DeviceSystem.User}%{DeviceSystem.Password}", "--option=client min protocol=NT1", "-c", $"put {path} {Firmware}"], cancel);
                break;
            case "ssh":
                await stage.MustRunAsync(engineer, "sh", ["-c", $"sshpass -p {DeviceSystem.Password} ssh -F none -o LogLevel=ERROR -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o PubkeyAuthentication=no {DeviceSystem.User}@{address} 'cat > /tmp/{Firmware}' < {path}"], cancel);
                break;
            case "telnet":
                await TelnetCall.RunAsync(engineer, device.Device.Ip, Command, cancel);
                break;
            case "page":
                await using (WebAnswers page = WebAnswers.Start(device, Port, _ => ("200 OK", "text/html", "<p>Update received. The device restarts.</p>"u8.ToArray())))
                {
                    await stage.MustRunAsync(engineer, "curl", ["-sS", "-f", "-H", "Expect:", "-u", login, "--data-binary", "@" + path, "-o", "/dev/null", $"http://{address}:{Port}/firmware/upgrade"], cancel);
                }
                break;
            default:
                await using (await ProgramRun.ServeUntilAsync(engineer, stage.Site.LogOf(engineer, "tftp"), "dnsmasq", ["--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--enable-tftp", $"--tftp-root={folder}", "--user=root", "--pid-file=", "--log-facility=-"], "started", cancel))
                {
                    await stage.MustRunAsync(device, "curl", ["-sS", "-o", "/dev/null", $"tftp://{engineer.Device.Ip}/{Firmware}"], cancel);
                }
                break;
        }
    }

    /// <summary>What is told of it.</summary>
    public IEnumerable<(string What, string Value)> Facts => [("way", Way), ("file", Way == "telnet" ? "-" : Firmware), ("size", Way == "telnet" ? "0" : SceneStage.Text(Size))];
}
