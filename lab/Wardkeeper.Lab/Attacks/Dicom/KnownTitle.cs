using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>A known AE title comes from an address that never used it, for honest reasons: the modality got another address, or one more machine got the viewer whose title all share.</summary>
internal sealed class KnownTitle() : Scene("dicom-stranger-twin",
    "A known AE title calls the archive from a new address: the modality was given another, or one more desk got the viewer whose title all share.",
    "已知 AE 标题从新地址呼叫归档系统：成像设备更换了地址，或又有一台电脑装上了共用同一标题的阅片软件。")
{
    /// <summary>From so many machines on, a title is shared by all.</summary>
    private const int Sharing = 4;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [Echo.Needs, new("storescu", "dcmtk"), new("dcmsend", "dcmtk"), CardTool.Announcing];

    /// <inheritdoc/>
    public override Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site));
        HospitalDevice[] desks = stage.Dice.Shuffled(Cast.DesksOf(stage.Site, device => device.Key != archive.Key));
        bool isShared = desks.Length >= Sharing && stage.Dice.For("way").Chance(50);
        return isShared ? ShareAsync(stage, archive, desks[..Sharing], cancel) : MoveAsync(stage, archive, cancel);
    }

    private static async Task<SceneReport> ShareAsync(SceneStage stage, HospitalDevice archive, HospitalDevice[] desks, CancellationToken cancel)
    {
        string title = stage.Dice.Of(Cast.Callers(stage.Site, _ => true)).AeTitle!;
        HospitalDevice last = desks[^1];
        await Examinations.WeekAsync(stage, archive, null, cancel);
        await stage.EarlierAsync([.. desks[..^1].Select(desk => Examinations.CallsTo(archive, desk))], async () =>
        {
            foreach (HospitalDevice desk in desks[..^1]) await CallAsync(stage, stage.Site[desk.Key], archive, title, cancel);
        });

        stage.Begin();
        int calls = stage.Dice.Between(1, 4);
        for (int call = 0; call < calls; call++) await CallAsync(stage, stage.Site[last.Key], archive, title, cancel);
        return new SceneReport([Examinations.CallsTo(archive, last)], [("device", last.Key), ("archive", archive.Key), ("title", title), ("shared-by", SceneStage.Text(desks.Length)), ("associations", SceneStage.Text(calls))]);
    }

    private static async Task<SceneReport> MoveAsync(SceneStage stage, HospitalDevice archive, CancellationToken cancel)
    {
        HospitalDevice modality = stage.Dice.Of(Cast.Modalities(stage.Site));
        await Examinations.WeekAsync(stage, archive, modality, cancel);
        HostNamespace before = stage.Site[modality.Key];
        stage.Afterwards(() => CardTool.UpAsync(before, modality.Mac, CancellationToken.None));
        await CardTool.DownAsync(before, cancel);
        // The same device and card; only its plug in the lab has another name.
        HostNamespace now = await stage.PlugAsync(modality with { Key = "moved", Ip = RogueDevice.FreeAddress(stage, modality.Department) }, cancel);

        stage.Begin();
        int calls = stage.Dice.Between(1, 4);
        for (int call = 0; call < calls; call++) await CallAsync(stage, now, archive, modality.AeTitle!, cancel);
        return new SceneReport([new SceneTraffic(now.Device.Ip, now.Device.Mac)], [("device", modality.Key), ("archive", archive.Key), ("title", modality.AeTitle!), ("address", now.Device.Ip.ToString()), ("associations", SceneStage.Text(calls))]);
    }

    private static async Task CallAsync(SceneStage stage, HostNamespace from, HospitalDevice archive, string title, CancellationToken cancel)
    {
        await Echo.MustAskAsync(stage, from, archive, title, cancel);
        await Task.Delay(stage.Dice.Time(50, 400), cancel);
    }
}
