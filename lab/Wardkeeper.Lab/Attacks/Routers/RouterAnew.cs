using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Routers;

/// <summary>The network's IPv6 router is started anew, gets another prefix from its provider, or is joined by a second one that announces the same.</summary>
internal sealed class RouterAnew() : Scene("rogue-router-twin",
    "The IPv6 router of a department is restarted, gets another prefix, or is joined by a second one that announces the same.",
    "科室的 IPv6 路由器重启、更换前缀，或增加一台宣告内容相同的备用路由器。")
{
    private static readonly string[] Ways = ["restarted", "renumbered", "joined"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [RouterAnnouncer.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice listener = stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site), "nobody is there to listen to a router"));
        Department department = listener.Department;
        HostNamespace router = stage.Site[HospitalNetwork.Router];
        AnnouncedNetwork own = AnnouncedNetwork.From(stage.Dice), next = AnnouncedNetwork.From(stage.Dice);
        string way = stage.Dice.Of(Ways);
        int before = stage.Dice.Between(5, 7), times = stage.Dice.Between(2, 5);
        HospitalDevice second = RogueDevice.In(stage, department, RogueDevice.Visitor);
        HostNamespace other = way == "joined" ? await stage.PlugAsync(second with { Vendor = router.Device.Vendor, Mac = Sibling(router.Device, stage.Dice) }, cancel) : router;
        foreach (HostNamespace host in (HostNamespace[])[router, stage.Site[listener.Key]]) await RouterAnnouncer.WakeAsync(stage, host, department, cancel);
        if (other != router) await RouterAnnouncer.WakeAsync(stage, other, department, cancel);

        stage.Begin();
        await using (await RouterAnnouncer.AnnounceAsync(stage, router, department, own, before, cancel))
        {
            if (way == "joined") await AnnounceAsync();
        }
        // It said that it goes, and comes again.
        if (way != "joined") await AnnounceAsync();
        return new SceneReport([new SceneTraffic(HospitalNetwork.RouterOf(listener), router.Device.Mac), .. other == router ? (SceneTraffic[])[] : [AllOf(other)]],
            [("department", department.Key), ("listener", listener.Key), ("way", way), ("own", own.Prefix), ("next", next.Prefix), ("before", SceneStage.Text(before)), ("times", SceneStage.Text(times))]);

        async Task AnnounceAsync() => await (await RouterAnnouncer.AnnounceAsync(stage, other, department, way == "renumbered" ? next : own, times, cancel)).DisposeAsync();
    }

    /// <summary>A card of the same maker.</summary>
    private static System.Net.NetworkInformation.PhysicalAddress Sibling(HospitalDevice device, Dice dice) => new([.. device.Mac.GetAddressBytes()[..3], .. dice.Bytes(3)]);
}
