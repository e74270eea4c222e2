using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>A service technician's computer is plugged in here and there and asks for an address again and again.</summary>
internal sealed class TechnicianPc() : Scene("rogue-dhcp-twin",
    "A service technician's computer in a department asks for an address by DHCP again and again.",
    "维修工程师的电脑接入科室网络，反复通过 DHCP 请求地址。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [DhcpClient.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        Cast.Offering(stage.Site, "dhcp");
        Department department = stage.Dice.Of([.. Cast.Inside(stage.Site).Select(device => device.Department).DistinctBy(department => department.Vlan).OrderBy(department => department.Vlan)]);
        int rounds = stage.Dice.Between(4, 8);
        HostNamespace visitor = await stage.PlugAsync(RogueDevice.In(stage, department, RogueDevice.Visitor), cancel);

        stage.Begin();
        for (int round = 0; round < rounds; round++)
        {
            // Whether a stranger is given an address is the server's choice; he asks all the same.
            await DhcpClient.AskAsync(stage, visitor, visitor.Device.HostName, 2, cancel);
            await Task.Delay(stage.Dice.Time(200, 900), cancel);
        }
        return new SceneReport([AllOf(visitor)],
            [("department", department.Key), ("visitor", visitor.Device.Ip.ToString()), ("visitor-mac", CardTool.Text(visitor.Device.Mac)), ("rounds", SceneStage.Text(rounds))]);
    }
}
