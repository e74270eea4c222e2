using System.Net;
using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>A monitoring tool pings machines inside and outside for a while, each round with packets of another size.</summary>
internal sealed class LongPing() : Scene("icmp-tunnel-twin",
    "A monitoring tool pings machines inside and outside for a while, each round with packets of another size.",
    "监控工具持续 ping 院内外多台主机，每轮使用不同大小的数据包。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [CardTool.Pinging];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice[] servers = [.. Cast.Inside(stage.Site).Where(device => device.Type == "server")];
        HostNamespace manager = stage.Site[stage.Dice.Of(servers.Length > 0 ? servers : Cast.Inside(stage.Site)).Key];
        HospitalDevice[] others = stage.Dice.Some(Cast.Inside(stage.Site).Where(device => device.Key != manager.Device.Key), stage.Dice.Between(1, 3));
        IPAddress[] targets = [Cast.Outside(stage.Site).Device.Ip, .. others.Select(device => device.Ip)];
        int[] sizes = [.. Enumerable.Range(0, stage.Dice.Between(2, 4)).Select(_ => stage.Dice.Of([24, 56, 200, 512, 1000, 1400, 1472]))];
        int count = stage.Dice.Between(10, 25);
        double pace = stage.Dice.Between(10, 40) / 100.0;

        stage.Begin();
        foreach (int size in sizes)
        {
            await Task.WhenAll(targets.Select(target => stage.MustRunAsync(manager, "ping",
                ["-n", "-q", "-c", SceneStage.Text(count), "-i", SceneStage.Text(pace), "-s", SceneStage.Text(size), target.ToString()], cancel)));
        }
        return new SceneReport([.. targets.Select(target => new SceneTraffic(manager.Device.Ip, null, target))],
            [("manager", manager.Device.Key), ("targets", string.Join(' ', targets.Select(target => target.ToString()))), ("sizes", string.Join(' ', sizes)), ("pings", SceneStage.Text(targets.Length * sizes.Length * count))]);
    }
}
