using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>A kiosk's cable is pulled and put into a laptop that carries the kiosk's hardware and IP address, but behaves as a laptop does.</summary>
internal sealed class Impostor() : Scene("impostor",
    "A kiosk's wall port is taken by a laptop with the kiosk's hardware and IP address, which then looks around from there.",
    "自助机的墙面网口被一台笔记本电脑占用，它使用自助机的 MAC 和 IP 地址，随后从该网口探查网络。",
    "T1200")
{
    /// <summary>Ports that a laptop tries whatever it finds: its own file sharing, web and shell.</summary>
    private static readonly int[] Ports = [22, 80, 104, 443, 445, 2575, 3389, 8042];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [DhcpClient.Needs, CardTool.Pinging, CardTool.Announcing];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace kiosk = stage.Site[stage.Dice.Of(Cast.KiosksOf(stage.Site)).Key];
        HospitalDevice laptop = RogueDevice.In(stage, kiosk.Device.Department) with { Mac = kiosk.Device.Mac, Ip = kiosk.Device.Ip };
        HospitalDevice[] visited = stage.Dice.Some(Cast.Inside(stage.Site).Where(device => device.Key != kiosk.Device.Key), stage.Dice.Between(3, 6));
        int[] ports = [.. stage.Dice.Some(Ports, stage.Dice.Between(3, 5)).Order()];

        await CardTool.DownAsync(kiosk, cancel);
        stage.Afterwards(() => CardTool.UpAsync(kiosk, kiosk.Device.Mac, CancellationToken.None));
        HostNamespace rogue = await stage.PlugAsync(laptop, cancel);
        await Task.Delay(stage.Dice.Time(500, 2500), cancel);

        stage.Begin();
        await DhcpClient.AskAsync(stage, rogue, laptop.HostName, 3, cancel);
        if (await CardTool.PingAsync(stage, rogue, HospitalNetwork.RouterOf(laptop), 2, TimeSpan.FromMilliseconds(400), cancel) == 0) throw new LabException($"the laptop at the port of {kiosk.Device.Key} does not reach the router");
        foreach (HospitalDevice device in visited)
        {
            foreach (int port in ports)
            {
                await TcpTry.AnswersAsync(rogue, device.Ip, port, cancel);
                await Task.Delay(stage.Dice.Time(80, 400), cancel);
            }
        }
        return new SceneReport([new SceneTraffic(kiosk.Device.Ip, kiosk.Device.Mac)],
            [("kiosk", kiosk.Device.Key), ("name", laptop.HostName), ("visited", string.Join(' ', visited.Select(device => device.Key))), ("ports", string.Join(' ', ports)), ("connections", SceneStage.Text(visited.Length * ports.Length))]);
    }
}

