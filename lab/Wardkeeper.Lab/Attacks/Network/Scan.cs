using System.Globalization;
using System.Text.RegularExpressions;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>nmap looks for open ports of several devices and asks some of them what runs there.</summary>
internal sealed partial class Scan() : Scene("scan",
    "A laptop scans ports of several devices with nmap and asks what runs on some of them.",
    "一台笔记本电脑用 nmap 扫描多台设备的端口，并探测其中部分端口上的服务版本。",
    "T1046", "T1018")
{
    private static readonly int[] Served = [21, 22, 23, 80, 443, 445, 554, 5900];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("nmap", "nmap")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        IReadOnlyList<HospitalDevice> inside = Cast.Some(Cast.Inside(stage.Site), "a scan needs at least two devices", least: 2);
        HospitalDevice[] targets = stage.Dice.Some(inside, stage.Dice.Between(3, 8));
        int ports = stage.Dice.Of([50, 100, 200, 400]), pace = stage.Dice.Of([3, 4]);
        int[] asked = [.. stage.Dice.Some(Served, stage.Dice.Between(2, 4)).Order()];
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(targets).Department), cancel);
        string[] addresses = [.. targets.Select(target => target.Ip.ToString())];

        stage.Begin();
        // In order (-r): nmap's own order is thrown with dice that are not ours.
        ProgramResult found = await stage.MustRunAsync(rogue, "nmap",
            ["-n", "-Pn", "-sS", "-r", "--max-retries", "1", $"-T{pace}", "--top-ports", SceneStage.Text(ports), .. addresses], cancel, seconds: 60);
        ProgramResult versions = await stage.MustRunAsync(rogue, "nmap",
            ["-n", "-Pn", "-sV", "-r", "--version-intensity", "1", "--host-timeout", "20s", "-T4", "-p", string.Join(',', asked), .. addresses], cancel, seconds: 60);
        foreach (ProgramResult result in (ProgramResult[])[found, versions])
        {
            Match done = Done().Match(result.Output);
            if (!done.Success || int.Parse(done.Groups[1].Value, CultureInfo.InvariantCulture) != targets.Length) throw new LabException($"nmap did not scan {targets.Length} hosts (log: {result.Log})");
        }
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("department", rogue.Device.Department.Key), ("targets", string.Join(' ', targets.Select(target => target.Key))), ("ports", SceneStage.Text(ports)),
                ("versions-asked", string.Join(' ', asked))]);
    }

    [GeneratedRegex(@"Nmap done: (\d+) IP address")]
    private static partial Regex Done();
}
