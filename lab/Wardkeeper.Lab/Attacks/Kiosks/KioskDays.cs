using System.Net;
using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Kiosks;

/// <summary>The life of kiosks, played fast: their cables come loose, they are started anew, and they are given other addresses, up to a thousand times in all.</summary>
internal sealed class KioskDays() : Scene("kiosk-copy-twin",
    "Kiosks lose their link and come back, are started anew and are given other addresses, up to a thousand times.",
    "自助机断线重连、重新启动、更换地址，多至上千次。")
{
    private static readonly int[] Counts = [40, 150, 1000];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => KioskLife.Needs;

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        KioskLife life = KioskLife.Of(stage);
        HostNamespace[] kiosks = [.. Cast.KiosksOf(stage.Site).Select(device => stage.Site[device.Key])];
        int each = (stage.Dice.Of(Counts) + kiosks.Length - 1) / kiosks.Length;
        Day[] days = [.. kiosks.Select(kiosk => Day.Of(stage, kiosk, each))];
        foreach (HostNamespace kiosk in kiosks)
        {
            await life.DressAsync(kiosk, cancel);
            stage.Afterwards(() => CardTool.UpAsync(kiosk, kiosk.Device.Mac, CancellationToken.None));
        }
        await life.WeekAsync(kiosks, cancel);

        stage.Begin();
        await Task.WhenAll(days.Select(day => LiveAsync(stage, life, day, cancel)));
        return new SceneReport([.. kiosks.Select(kiosk => new SceneTraffic(kiosk.Device.Ip, kiosk.Device.Mac))],
            [("kiosks", string.Join(' ', kiosks.Select(kiosk => kiosk.Device.Key))), .. Day.Kinds.Select(kind => (kind + "s", SceneStage.Text(days.Sum(day => day.Events.Count(one => one == kind)))))]);
    }

    private static async Task LiveAsync(SceneStage stage, KioskLife life, Day day, CancellationToken cancel)
    {
        HostNamespace kiosk = day.Kiosk;
        IPAddress now = kiosk.Device.Ip;
        Queue<IPAddress> next = new(day.Addresses);
        stage.Afterwards(() => IpTool.BatchAsync(kiosk.Name, ["addr flush dev eth0 scope global", $"addr add {kiosk.Device.Ip}/24 brd + dev eth0"], CancellationToken.None));
        for (int number = 0; number < day.Events.Count; number++)
        {
            switch (day.Events[number])
            {
                case "reconnect":
                    await CardTool.DownAsync(kiosk, cancel);
                    await CardTool.UpAsync(kiosk, kiosk.Device.Mac, cancel, now);
                    break;
                case "reboot":
                    await CardTool.DownAsync(kiosk, cancel);
                    await CardTool.UpAsync(kiosk, kiosk.Device.Mac, cancel, now);
                    await DhcpClient.AskAsync(stage, kiosk, kiosk.Device.HostName, 3, cancel);
                    await life.LookUpAsync(kiosk, HostFiles.NameOf(life.Server), cancel);
                    break;
                default:
                    IPAddress other = next.Dequeue();
                    await IpTool.BatchAsync(kiosk.Name, [$"addr del {now}/24 dev eth0", $"addr add {other}/24 brd + dev eth0"], cancel);
                    now = other;
                    await CardTool.UpAsync(kiosk, kiosk.Device.Mac, cancel, now);
                    break;
            }
            if (number % 4 == 0) await life.ShowAsync(kiosk, isSecure: number % 8 == 0, cancel);
        }
    }

    /// <summary>What happens to one kiosk, chosen before all of them live at once.</summary>
    /// <param name="Kiosk">Which.</param>
    /// <param name="Events">What happens, in its order.</param>
    /// <param name="Addresses">Addresses that it is given, one after the other.</param>
    private sealed record Day(HostNamespace Kiosk, IReadOnlyList<string> Events, IReadOnlyList<IPAddress> Addresses)
    {
        public static string[] Kinds { get; } = ["reconnect", "reboot", "move"];

        public static Day Of(SceneStage stage, HostNamespace kiosk, int events)
        {
            string[] all = [.. Enumerable.Range(0, events).Select(_ => stage.Dice.Chance(30) ? "reboot" : "reconnect")];
            // A kiosk is moved rarely. Whoever has four addresses at a time is none.
            int moves = stage.Dice.Between(1, 2);
            for (int move = 0; move < moves; move++) all[stage.Dice.Between(0, all.Length - 1)] = "move";
            return new Day(kiosk, all, [.. all.Where(one => one == "move").Select(_ => RogueDevice.FreeAddress(stage, kiosk.Device.Department))]);
        }
    }
}
