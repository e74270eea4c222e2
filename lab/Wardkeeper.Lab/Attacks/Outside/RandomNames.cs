using System.Net;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>Malicious software on a desk looks for its master under names that it makes up from the day's date; hardly any exists.</summary>
internal sealed class RandomNames() : Scene("dga",
    "Malicious software on a workstation looks for its master under dozens of made-up domain names that do not exist.",
    "工作站上的恶意软件用算法生成大量并不存在的域名，逐个查询以寻找控制端。",
    "T1568.002")
{
    private const int Port = 53, NameError = 3;
    private const string Consonants = "bcdfghjklmnpqrstvwxz";

    /// <summary>How families make names up: letters they use, and how many of them.</summary>
    private static readonly (string Kind, string Letters, int Shortest, int Longest)[] Kinds =
    [
        ("letters", "abcdefghijklmnopqrstuvwxyz" + Consonants, 14, 22), ("hexadecimal", "0123456789abcdef", 16, 32), ("letters-and-digits", "abcdefghijklmnopqrstuvwxyz0123456789", 16, 26), ("consonants", Consonants, 8, 16),
    ];

    private static readonly string[] Tops = ["com", "net", "org", "info", "biz", "ru", "top", "xyz", "cc", "ws"];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        Cast.Offering(stage.Site, "dns");
        HostNamespace infected = stage.Site[stage.Dice.Of(Cast.DesksOf(stage.Site)).Key];
        IPAddress resolver = HospitalNetwork.RouterOf(infected.Device);
        (string kind, string letters, int shortest, int longest) = stage.Dice.Of(Kinds);
        string[] tops = stage.Dice.Some(Tops, stage.Dice.Between(1, 4));
        int names = stage.Dice.Between(30, 120), pace = stage.Dice.Between(20, 150);

        stage.Begin();
        for (int i = 0; i < names; i++)
        {
            string name = $"{stage.Dice.Letters(stage.Dice.Between(shortest, longest), letters)}.{stage.Dice.Of(tops)}";
            (int code, _) = await DnsQuestion.AskAsync(infected, resolver, name, (ushort)stage.Dice.Between(1, ushort.MaxValue), cancel);
            if (code != NameError) throw new LabException($"{name} should not exist, but the resolver says {code}");
            await Task.Delay(stage.Dice.Time(pace, 3 * pace), cancel);
        }
        return new SceneReport([new SceneTraffic(infected.Device.Ip, null, resolver, Port)],
            [("infected", infected.Device.Key), ("kind", kind), ("tops", string.Join(' ', tops)), ("names", SceneStage.Text(names))]);
    }
}
