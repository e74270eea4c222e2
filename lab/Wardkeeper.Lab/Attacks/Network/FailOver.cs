using System.Net;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>Two machines share a fail-over address; it moves from one to the other and back, each time announced by gratuitous ARP.</summary>
internal sealed class FailOver() : Scene("arp-spoof-twin",
    "A fail-over address moves between two machines of a cluster, each time announced by gratuitous ARP.",
    "集群的浮动地址在两台主机之间切换，每次切换都以免费 ARP 通告。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [CardTool.Announcing, CardTool.Pinging];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        IGrouping<int, HospitalDevice>[] fit = [.. Cast.Inside(stage.Site).GroupBy(device => device.Department.Vlan).Where(group => group.Count() > 1).OrderBy(group => group.Key)];
        if (fit.Length == 0) throw new LabException("a fail-over address needs two devices in one department");
        // A cluster is made of servers where a department has two.
        IGrouping<int, HospitalDevice>[] clusters = [.. fit.Where(group => group.Count(device => device.Type == "server") > 1)];
        IGrouping<int, HospitalDevice> chosen = stage.Dice.Of(clusters.Length > 0 ? clusters : fit);
        HostNamespace[] members = [.. stage.Dice.Some(chosen.Where(device => clusters.Length == 0 || device.Type == "server"), 2).Select(device => stage.Site[device.Key])];
        HostNamespace client = stage.Site[stage.Dice.Of([.. Cast.Inside(stage.Site).Where(device => members.All(member => member.Device.Key != device.Key)).Select(device => device.Key), HospitalNetwork.Router])];
        IPAddress shared = RogueDevice.FreeAddress(stage, members[0].Device.Department);
        int moves = stage.Dice.Between(2, 4), announcements = stage.Dice.Between(2, 4), pings = stage.Dice.Between(2, 4);
        string kind = stage.Dice.Of(["-U", "-A"]);
        foreach (HostNamespace member in members) stage.Afterwards(() => IpTool.RunAsync("ip", ["-n", member.Name, "addr", "del", $"{shared}/32", "dev", "eth0"], null, CancellationToken.None));

        stage.Begin();
        for (int move = 0; move <= moves; move++)
        {
            HostNamespace now = members[move % 2], before = members[(move + 1) % 2];
            if (move > 0) await IpTool.BatchAsync(before.Name, [$"addr del {shared}/32 dev eth0"], cancel);
            await IpTool.BatchAsync(now.Name, [$"addr add {shared}/32 dev eth0"], cancel);
            await stage.MustRunAsync(now, "arping", [kind, "-c", SceneStage.Text(announcements), "-I", "eth0", "-s", shared.ToString(), shared.ToString()], cancel);
            int answers = await CardTool.PingAsync(stage, client, shared, pings, TimeSpan.FromMilliseconds(300), cancel);
            if (answers == 0) throw new LabException($"{client.Device.Key} does not reach {shared} on {now.Device.Key}");
        }
        return new SceneReport([new SceneTraffic(shared)],
            [("department", members[0].Device.Department.Key), ("members", $"{members[0].Device.Key} {members[1].Device.Key}"), ("client", client.Device.Key), ("address", shared.ToString()), ("moves", SceneStage.Text(moves)),
                ("announcements", SceneStage.Text((moves + 1) * announcements)), ("pings", SceneStage.Text((moves + 1) * pings))]);
    }
}
