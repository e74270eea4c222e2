using System.Net.NetworkInformation;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Hotspots;

/// <summary>A computer with a virtual machine: bridged, with a card and an address of its own, or behind the host's own sockets; or merely with several browsers.</summary>
internal sealed class VirtualMachine() : Scene("hotspot-twin",
    "A computer with a virtual machine, or with several browsers, looks at pages of the hospital.",
    "一台带虚拟机或装有多个浏览器的电脑访问院内网页。")
{
    private static readonly string[] Ways = ["bridged", "host-sockets", "browsers"];

    /// <summary>Prefixes of makers of virtual cards (IEEE registration authority): VMware, VirtualBox' (PCS Systemtechnik), Hyper-V (Microsoft).</summary>
    private static readonly string[] VirtualCards = ["000C29", "080027", "00155D"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [Guest.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice[] servers = stage.Dice.Some(Cast.Offering(stage.Site, "http"), 3);
        Department department = stage.Dice.Of(Cast.Inside(stage.Site)).Department;
        string way = stage.Dice.Of(Ways), card = stage.Dice.Of(VirtualCards) + stage.Dice.Letters(6, "0123456789ABCDEF");
        Guest windows = Guest.All.Single(guest => guest.Name == "windows"), linux = Guest.All.Single(guest => guest.Name == "linux"), firefox = windows with { Agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0" };
        int rounds = stage.Dice.Between(2, 4);
        HostNamespace pc = await stage.PlugAsync(RogueDevice.In(stage, department, RogueDevice.Visitor), cancel);
        HospitalDevice machine = RogueDevice.In(stage, department, RogueDevice.Visitor + "2") with { Mac = PhysicalAddress.Parse(card), Type = "virtual-machine" };
        HostNamespace second = way == "bridged" ? await stage.PlugAsync(machine, cancel) : pc;
        await windows.DressAsync(pc, cancel);

        stage.Begin();
        for (int round = 0; round < rounds; round++)
        {
            await windows.BrowseAsync(stage, pc, servers, servers.Length, cancel);
            await (way == "browsers" ? firefox : linux).BrowseAsync(stage, second, servers, servers.Length, cancel);
        }
        return new SceneReport([AllOf(pc), .. second == pc ? (Recording.SceneTraffic[])[] : [AllOf(second)]],
            [("department", department.Key), ("visitor", pc.Device.Ip.ToString()), ("way", way), ("second", second.Device.Ip.ToString()), ("pages", SceneStage.Text(2 * rounds * servers.Length))]);
    }
}
