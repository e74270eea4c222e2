using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Discovery;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Kiosks;

/// <summary>
/// A kiosk's cable is pulled and put into a laptop that copies whatever can be read off it: hardware and IP address, DHCP options in their order, host name, user agent, in some variations its hops, or all of
/// its network stack. What it forgets are its own system's and its owner's habits.
/// </summary>
internal sealed class KioskCopy() : Scene("kiosk-copy",
    "A laptop takes a kiosk's wall port and copies its hardware and IP address, DHCP options, host name and user agent, and then looks around.",
    "一台笔记本电脑占用自助机的墙面网口，复制其 MAC 与 IP 地址、DHCP 选项、主机名和用户代理，随后探查网络。",
    "T1200", "T1036")
{
    private const int Refusing = 3;
    private static readonly string[] Stacks = ["nothing", "hops", "stack"], Names = ["connectivity-check.distro.test", "portal.browser.test", "updates.packages.test", "time.laptop.test", "sync.notes.test"];

    /// <summary>How desktop systems greet everybody: a query of mDNS, LLMNR, SSDP (RFC 6762, RFC 4795, UPnP device architecture).</summary>
    private static readonly (IPEndPoint Group, byte[] Greeting)[] Greetings =
    [
        (new IPEndPoint(IPAddress.Parse("224.0.0.251"), 5353), [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, .. "_ipp"u8, 4, .. "_tcp"u8, 5, .. "local"u8, 0, 0, 12, 0, 1]),
        (new IPEndPoint(IPAddress.Parse("224.0.0.252"), 5355), [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, .. "wpad"u8, 0, 0, 1, 0, 1]),
        (new IPEndPoint(IPAddress.Parse("239.255.255.250"), 1900), [.. "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 2\r\nST: ssdp:all\r\n\r\n"u8]),
    ];

    /// <summary>A port that machines of the hospital rarely have open, by what it is for: file sharing, remote desktop, a shell of Windows.</summary>
    private static readonly int[] Closed = [139, 3389, 5985];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [.. KioskLife.Needs, new("wget", "wget")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        KioskLife life = KioskLife.Of(stage);
        HostNamespace kiosk = stage.Site[stage.Dice.Of(Cast.KiosksOf(stage.Site)).Key];
        string copied = stage.Dice.For("disguise").Of(Stacks);
        string[] all = ["names", "greetings", "peers", "refused"];
        // Who copies the stack whole can be told by habits alone.
        string[] steps = stage.Dice.Some(all, copied switch { "nothing" => stage.Dice.Between(1, 4), "hops" => stage.Dice.Between(2, 4), _ => all.Length });
        await life.DressAsync(kiosk, cancel);
        await life.WeekAsync([kiosk], cancel);
        await CardTool.DownAsync(kiosk, cancel);
        stage.Afterwards(() => CardTool.UpAsync(kiosk, kiosk.Device.Mac, CancellationToken.None));
        HostNamespace rogue = await stage.PlugAsync(kiosk.Device with { Key = RogueDevice.Attacker }, cancel);
        await KioskLife.CopyStackAsync(rogue, copied, cancel);
        await Task.Delay(stage.Dice.Time(500, 2500), cancel);

        stage.Begin();
        await DhcpClient.AskAsync(stage, rogue, kiosk.Device.HostName, 3, cancel);
        // The same pages under the same name, but by the laptop's own program.
        foreach (string scheme in (string[])["http", "https"]) await stage.MustRunAsync(rogue, "wget", ["-q", "-T", "5", "-t", "1", "--no-check-certificate", "-U", KioskLife.Agent, "-O", "/dev/null", $"{scheme}://{life.Server.Ip}/register"], cancel);
        foreach (string step in steps)
        {
            await Task.Delay(stage.Dice.Time(500, 4000), cancel);
            await StepAsync(stage, life, rogue, step, cancel);
        }
        return new SceneReport([new SceneTraffic(kiosk.Device.Ip, kiosk.Device.Mac)],
            [("kiosk", kiosk.Device.Key), ("server", life.Server.Key), ("stack-copied", copied), ("steps", string.Join(' ', steps))]);
    }

    private static async Task StepAsync(SceneStage stage, KioskLife life, HostNamespace rogue, string step, CancellationToken cancel)
    {
        switch (step)
        {
            case "names":
                foreach (string name in stage.Dice.Some(Names, stage.Dice.Between(3, Names.Length))) await life.LookUpAsync(rogue, name, cancel);
                break;
            case "greetings":
                foreach ((IPEndPoint group, byte[] greeting) in stage.Dice.Some(Greetings, stage.Dice.Between(1, Greetings.Length)))
                {
                    using Socket socket = Multicast.Join(rogue, group, hops: 4);
                    await Multicast.SendAsync(socket, greeting, group, cancel);
                }
                break;
            case "peers":
                foreach (HospitalDevice device in stage.Dice.Some(Cast.Offering(stage.Site, "ssh").Where(device => device.Key != life.Server.Key && device.Key != HospitalNetwork.Router), 4)) await TcpTry.AnswersAsync(rogue, device.Ip, Services.Shells.SshService.Port, cancel);
                break;
            default:
                int port = stage.Dice.Of(Closed);
                foreach (HospitalDevice device in stage.Dice.Some(Cast.Inside(stage.Site).Where(device => !device.Ip.Equals(rogue.Device.Ip) && device.Key != life.Server.Key), stage.Dice.Between(Refusing, 5))) await TcpTry.AnswersAsync(rogue, device.Ip, port, cancel);
                break;
        }
    }
}
