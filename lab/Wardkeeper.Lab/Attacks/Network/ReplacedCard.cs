using System.Net.NetworkInformation;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>A device's network card was replaced: the same device with the same address, name and habits, but another hardware address.</summary>
internal sealed class ReplacedCard() : Scene("impostor-twin",
    "A device comes back from repair with another network card: the same address, name and habits, but another hardware address.",
    "设备维修后更换了网卡：地址、名称和行为都不变，只有 MAC 地址不同。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [DhcpClient.Needs, CardTool.Pinging, CardTool.Announcing];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice[] asking = [.. Cast.Inside(stage.Site).Where(device => device.Dhcp is not null)];
        HostNamespace device = stage.Site[stage.Dice.Of(Cast.Some(asking.Length > 0 ? asking : Cast.Inside(stage.Site), "no device of this hospital can get another card")).Key];
        byte[] card = [.. device.Device.Mac.GetAddressBytes()[..3], .. stage.Dice.Bytes(3)];
        PhysicalAddress mac = new(card);
        int pings = stage.Dice.Between(3, 8), rounds = stage.Dice.Between(1, 3);

        stage.Afterwards(() => CardTool.UpAsync(device, device.Device.Mac, CancellationToken.None));
        stage.Afterwards(() => CardTool.DownAsync(device, CancellationToken.None));
        await CardTool.DownAsync(device, cancel);
        await Task.Delay(stage.Dice.Time(800, 3000), cancel);

        stage.Begin();
        await CardTool.UpAsync(device, mac, cancel);
        for (int round = 0; round < rounds; round++)
        {
            await DhcpClient.AskAsync(stage, device, device.Device.HostName, 3, cancel);
            if (await CardTool.PingAsync(stage, device, HospitalNetwork.RouterOf(device.Device), pings, TimeSpan.FromMilliseconds(300), cancel) == 0) throw new LabException($"{device.Device.Key} does not reach the router with its new card");
        }
        return new SceneReport([new SceneTraffic(device.Device.Ip, mac)],
            [("device", device.Device.Key), ("card", CardTool.Text(mac)), ("rounds", SceneStage.Text(rounds)), ("pings", SceneStage.Text(rounds * pings))]);
    }
}
