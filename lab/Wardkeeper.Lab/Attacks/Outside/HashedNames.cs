using System.Net;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>An antivirus program looks up hashes of files as names in its maker's zone, and a content network's names are as long.</summary>
internal sealed class HashedNames() : Scene("dns-tunnel-twin",
    "An antivirus program on a workstation looks up file hashes as long names in its maker's zone.",
    "工作站上的杀毒软件把文件哈希作为长域名，在厂商的域中查询。")
{
    private const int Port = 53;
    private const string Hexadecimal = "0123456789abcdef";

    /// <summary>Zones as such programs and networks have them, below a name that belongs to nobody (RFC 2606).</summary>
    private static readonly string[] Zones = ["avqs.endpoint.example", "sigs.cloud-av.example", "edge.cdn.example", "reputation.gateway.example"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("dnsmasq", "dnsmasq-base")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace outside = Cast.Outside(stage.Site);
        Cast.Offering(stage.Site, "dns");
        HostNamespace desk = stage.Site[stage.Dice.Of(Cast.DesksOf(stage.Site)).Key];
        string zone = stage.Dice.Of(Zones);
        int lookups = stage.Dice.Between(25, 60), letters = stage.Dice.Of([32, 40, 56]);
        IPAddress resolver = HospitalNetwork.RouterOf(desk.Device);

        stage.Begin();
        await using RunningProgram server = await ProgramRun.ServeAsync(outside, stage.Site.LogOf(outside, "dnsmasq"), "dnsmasq",
            ["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--interface=eth0", "--user=root", "--pid-file=", $"--address=/{zone}/203.0.113.{stage.Dice.Between(1, 254)}"], [Port], cancel);
        for (int i = 0; i < lookups; i++)
        {
            string name = $"{stage.Dice.Letters(letters, Hexadecimal)}.{stage.Dice.Letters(8, Hexadecimal)}.{zone}";
            (int code, int answers) = await DnsQuestion.AskAsync(desk, resolver, name, (ushort)stage.Dice.Between(1, ushort.MaxValue), cancel);
            if (code != 0 || answers == 0) throw new LabException($"the resolver of this hospital finds no names outside, of which {outside.Device.Key} at {outside.Device.Ip} knows: code {code} for {name}");
            await Task.Delay(stage.Dice.Time(50, 400), cancel);
        }
        return new SceneReport([new SceneTraffic(desk.Device.Ip, null, resolver, Port), new SceneTraffic(outside.Device.Ip, null, null, Port)],
            [("desk", desk.Device.Key), ("zone", zone), ("lookups", SceneStage.Text(lookups)), ("letters", SceneStage.Text(letters))]);
    }
}
