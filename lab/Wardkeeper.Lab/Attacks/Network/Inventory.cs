using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>The management server goes round its devices slowly: a few ports of each, and SNMP.</summary>
internal sealed class Inventory() : Scene("scan-twin",
    "The management server takes its inventory: slowly, a few known ports of each device, and the system group by SNMP.",
    "管理服务器做资产盘点：缓慢地逐台查询设备的少数已知端口，并用 SNMP 读取系统信息。")
{
    private const int SnmpPort = 161;
    private static readonly int[] Known = [22, 80, 443, 9100];
    private static readonly string[] Asked = ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("snmpget", "snmp")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        IReadOnlyList<HospitalDevice> servers = Cast.Some(Cast.Inside(stage.Site).Where(device => device.Type == "server"), "no server of this hospital can take an inventory");
        HostNamespace manager = stage.Site[stage.Dice.Of(servers).Key];
        HospitalDevice[] polled = stage.Dice.Some(Cast.Some(Cast.Inside(stage.Site).Where(device => device.Key != manager.Device.Key), "an inventory needs devices"), stage.Dice.Between(4, 8));
        int[] ports = [.. stage.Dice.Some(Known, stage.Dice.Between(1, 2)).Order()];
        string[] objects = stage.Dice.Some(Asked, stage.Dice.Between(1, 3));

        stage.Begin();
        foreach (HospitalDevice device in polled)
        {
            foreach (int port in ports)
            {
                await TcpTry.AnswersAsync(manager, device.Ip, port, cancel);
                await Task.Delay(stage.Dice.Time(300, 700), cancel);
            }
            // No answer is an answer too: not every device has an agent.
            await stage.RunAsync(manager, "snmpget", ["-v2c", "-c", "public", "-t", "0.5", "-r", "0", device.Ip.ToString(), .. objects], cancel);
            await Task.Delay(stage.Dice.Time(300, 700), cancel);
        }
        SceneTraffic[] traffic = [.. polled.SelectMany(device => ports.Append(SnmpPort), (device, port) => new SceneTraffic(manager.Device.Ip, null, device.Ip, port))];
        return new SceneReport(traffic,
            [("manager", manager.Device.Key), ("polled", string.Join(' ', polled.Select(device => device.Key))), ("ports", string.Join(' ', ports)), ("connections", SceneStage.Text(polled.Length * ports.Length)), ("snmp-requests", SceneStage.Text(polled.Length))]);
    }
}
