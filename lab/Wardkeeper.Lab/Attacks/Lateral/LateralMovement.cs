using System.Net.Sockets;
using Wardkeeper.Lab.Actors.Screens;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Screens;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Lateral;

/// <summary>From one machine an intruder starts programs on others: as a service, a job or a task over SMB, in a shell of WinRM, or by hand, from remote desktop to remote desktop.</summary>
internal sealed class LateralMovement() : Scene("lateral",
    "An intruder goes on from machine to machine: by services or tasks made over SMB, by WinRM, or from remote desktop to remote desktop.",
    "入侵者在内网横向移动：通过 SMB 创建服务或计划任务、通过 WinRM，或经由多级远程桌面跳转。",
    "T1021.002", "T1569.002", "T1053.005", "T1021.006", "T1021.001")
{
    private const int FewestScreens = 3;
    private const byte PointerEvent = 5;
    private static readonly string[] Users = ["administrator", "svc-backup", "helpdesk", "itadmin"], Tools = ["updater.exe", "wksvc.exe", "agent64.dll", "sync.ps1", "maint.bat"];
    private static readonly string[] Commands = ["cmd.exe /c whoami > C:\\Windows\\Temp\\o.txt", "C:\\Windows\\{0}", "powershell -nop -w hidden -File C:\\Windows\\{0}", "rundll32 C:\\Windows\\{0},Start"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [.. Impacket.Needs, WindowsShell.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice[] screens = [.. Cast.Inside(stage.Site).Where(device => device.Offers.Contains("vnc"))];
        string way = stage.Dice.Of(["service", "job", "task", "winrm", .. screens.Length >= FewestScreens ? (string[])["desktops"] : []]);
        HospitalDevice[] targets = way == "desktops"
            ? stage.Dice.Some(screens, stage.Dice.Between(FewestScreens, 4))
            : stage.Dice.Some(Cast.DesksOf(stage.Site, device => !device.Offers.Contains("smb")), stage.Dice.Between(1, 3));
        string tool = stage.Dice.Of(Tools), command = string.Format(System.Globalization.CultureInfo.InvariantCulture, stage.Dice.Of(Commands), tool);
        bool isPlaced = stage.Dice.Chance(50);
        (string, string) login = (stage.Dice.Of(Users), stage.Dice.Letters(10, "abcdefghijkmnpqrstuvwxyz23456789"));
        string file = Path.Combine(stage.Folder("tool"), tool);
        await File.WriteAllBytesAsync(file, [.. "This is a laboratory recording; no program.\n"u8, .. stage.Dice.Bytes(stage.Dice.Between(2000, 40_000))], cancel);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, targets[0].Department), cancel);
        HostNamespace[] hosts = [.. targets.Select(target => stage.Site[target.Key])];
        TimeSpan pause = stage.Dice.Time(300, 2000);

        stage.Begin();
        if (way == "desktops") await WanderAsync(stage.Dice, [rogue, .. hosts], pause, cancel);
        else
        {
            foreach (HostNamespace host in hosts)
            {
                if (way == "winrm") await WindowsShell.OpenAsync(stage, rogue, host, login, command, cancel);
                else
                {
                    await using RunningProgram windows = await Impacket.ServeAsync(stage, host, cancel);
                    await Impacket.StartAsync(stage, rogue, host, way, login, command, isPlaced ? file : null, cancel);
                }
                await Task.Delay(pause, cancel);
            }
        }
        // From desktop to desktop it is the machines in between that speak.
        return new SceneReport([AllOf(rogue), .. way == "desktops" ? hosts.Select(host => new Recording.SceneTraffic(host.Device.Ip, null, null, VncService.Port)) : []],
            [("attacker", rogue.Device.Ip.ToString()), ("way", way), ("targets", string.Join(' ', targets.Select(target => target.Key))), ("command", command), ("placed", isPlaced && way is not ("winrm" or "desktops") ? tool : "-")]);
    }

    /// <summary>Looks at a screen, from there at the next while the first stays open, and so on.</summary>
    private static async Task WanderAsync(Dice dice, HostNamespace[] chain, TimeSpan pause, CancellationToken cancel)
    {
        List<NetworkStream> open = [];
        try
        {
            for (int i = 1; i < chain.Length; i++)
            {
                NetworkStream stream = await chain[i - 1].ConnectAsync(chain[i].Device.Ip, VncService.Port, cancel);
                open.Add(stream);
                await WatchScreen.LookAsync(stream, chain[i], cancel);
                // The intruder moves the pointer to open the next viewer (RFC 6143, section 7.5.5).
                for (int moves = dice.Between(40, 120); moves > 0; moves--) await stream.WriteAsync((byte[])[PointerEvent, 0, 0, (byte)dice.Between(0, 255), 0, (byte)dice.Between(0, 255)], cancel);
                await Task.Delay(pause, cancel);
            }
        }
        finally
        {
            foreach (NetworkStream stream in Enumerable.Reverse(open)) await stream.DisposeAsync();
        }
    }
}
