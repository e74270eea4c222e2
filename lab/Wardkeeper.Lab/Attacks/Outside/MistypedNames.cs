using System.Net;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>A workstation asks for names that do not exist, as all do: its browser probes the network, its system appends the search list, and people mistype.</summary>
internal sealed class MistypedNames() : Scene("dga-twin",
    "A workstation asks for names that do not exist: its browser probes the network, its system appends the search list, and people mistype.",
    "工作站查询不存在的域名：浏览器探测网络、系统追加搜索后缀，以及人工输错网址。")
{
    private const int Port = 53, NameError = 3;
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private static readonly string[] Known = ["baidu.com", "hospital-portal.com", "medline.org", "wikipedia.org", "weather.com", "pubmed.gov", "qq.com", "microsoft.com", "ebscohost.com", "thelancet.com"];
    private static readonly string[] Services = ["wpad", "isatap", "_ldap._tcp.dc._msdcs", "fileserver", "printserver", "autodiscover", "_kerberos._tcp", "intranet"];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        Cast.Offering(stage.Site, "dns");
        HostNamespace desk = stage.Site[stage.Dice.Of(Cast.DesksOf(stage.Site)).Key];
        IPAddress resolver = HospitalNetwork.RouterOf(desk.Device);
        string zone = stage.Dice.Of(["corp.hospital-group.cn", "ad.hospital.com", "lan.clinic.net"]);
        string[] probes = [.. Enumerable.Range(0, stage.Dice.Between(9, 30)).Select(_ => stage.Dice.Letters(stage.Dice.Between(7, 15), Lower))];
        string[] names = stage.Dice.Shuffled([.. probes, .. probes.Select(probe => $"{probe}.{zone}"), .. Services.Select(service => $"{service}.{zone}"), .. stage.Dice.Some(Known, stage.Dice.Between(3, 8)).Select(Mistyped)]);

        stage.Begin();
        foreach (string name in names)
        {
            (int code, _) = await DnsQuestion.AskAsync(desk, resolver, name, (ushort)stage.Dice.Between(1, ushort.MaxValue), cancel);
            if (code != NameError) throw new LabException($"{name} should not exist, but the resolver says {code}");
            await Task.Delay(stage.Dice.Time(20, 200), cancel);
        }
        return new SceneReport([new SceneTraffic(desk.Device.Ip, null, resolver, Port)],
            [("desk", desk.Device.Key), ("zone", zone), ("probes", SceneStage.Text(probes.Length)), ("names", SceneStage.Text(names.Length))]);

        // Two letters change their places, as fast fingers do it.
        string Mistyped(string name)
        {
            int at = stage.Dice.Between(0, name.IndexOf('.', StringComparison.Ordinal) - 2);
            return $"{name[..at]}{name[at + 1]}{name[at]}{name[(at + 2)..]}";
        }
    }
}
