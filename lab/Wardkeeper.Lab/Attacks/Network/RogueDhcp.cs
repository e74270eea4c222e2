using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>A second DHCP server answers devices of a department and names itself as router and name server.</summary>
internal sealed class RogueDhcp() : Scene("rogue-dhcp",
    "A second DHCP server in a department answers devices that ask for an address and names itself as router and name server.",
    "科室内出现第二台 DHCP 服务器，应答设备的地址请求，并把自己设为网关和域名服务器。",
    "T1557.003")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("dnsmasq", "dnsmasq-base"), DhcpClient.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        Cast.Offering(stage.Site, "dhcp");
        IReadOnlyList<HospitalDevice> askers = Cast.Some(Cast.Inside(stage.Site).Where(device => device.Dhcp is not null), "no device of this hospital asks for its address by DHCP");
        int vlan = stage.Dice.Of([.. askers.Select(device => device.Department.Vlan).Distinct().Order()]);
        HospitalDevice[] clients = stage.Dice.Some(askers.Where(device => device.Department.Vlan == vlan), stage.Dice.Between(1, 3));
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, clients[0].Department), cancel);
        string subnet = rogue.Device.Ip.ToString()[..(rogue.Device.Ip.ToString().LastIndexOf('.') + 1)], log = stage.Site.LogOf(rogue, "dnsmasq"), leases = Path.Combine(stage.Folder("rogue-dhcp"), "leases");
        int minutes = stage.Dice.Between(3, 120);
        if (File.Exists(log)) File.Delete(log);

        stage.Begin();
        await using RunningProgram server = await ProgramRun.ServeAsync(rogue, log, "dnsmasq",
        [
            "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--bind-interfaces", "--dhcp-authoritative", "--log-dhcp", "--log-facility=-", "--user=root", "--pid-file=",
            $"--dhcp-leasefile={leases}", $"--dhcp-range={subnet}250,{subnet}254,{minutes}m", "--no-ping", $"--dhcp-option=3,{rogue.Device.Ip}", $"--dhcp-option=6,{rogue.Device.Ip}",
        ], [], cancel);
        await Task.Delay(300, cancel);
        foreach (HospitalDevice client in clients)
        {
            await DhcpClient.AskAsync(stage, stage.Site[client.Key], client.HostName, 6, cancel);
            await Task.Delay(stage.Dice.Time(300, 1200), cancel);
        }
        string said = await File.ReadAllTextAsync(log, cancel);
        foreach (HospitalDevice client in clients)
        {
            if (!said.Contains($"DHCPOFFER(eth0) {subnet}", StringComparison.Ordinal) || !said.Contains(CardTool.Text(client.Mac), StringComparison.Ordinal)) throw new LabException($"the second DHCP server offered {client.Key} nothing (log: {log})");
        }
        return new SceneReport([AllOf(rogue)],
            [("department", clients[0].Department.Key), ("attacker", rogue.Device.Ip.ToString()), ("attacker-mac", CardTool.Text(rogue.Device.Mac)), ("clients", string.Join(' ', clients.Select(client => client.Key))),
                ("lease-minutes", SceneStage.Text(minutes))]);
    }
}
