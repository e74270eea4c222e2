using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>A modality does what it may and seldom does: a picture of its screen as secondary capture, a commitment, an echo.</summary>
internal sealed class RareDuty() : Scene("dicom-role-twin",
    "A modality does what it seldom does and may: it stores a picture of its screen as secondary capture, asks for commitment, or echoes.",
    "成像设备执行少见但允许的操作：以二次采集方式存储屏幕截图、请求存储确认或发送回显。")
{
    private const int UsualImages = 5;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [Echo.Needs, new("storescu", "dcmtk"), new("dcmsend", "dcmtk")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), modality = stage.Dice.Of(Cast.Modalities(stage.Site));
        Exam usual = Examinations.Make(stage, modality, UsualImages);
        string[] duties = stage.Dice.Some(["capture", "commitment", "echo"], stage.Dice.Between(1, 3));
        int captures = stage.Dice.Between(1, 4);
        await Examinations.WeekAsync(stage, archive, modality, cancel);

        stage.Begin();
        await Examinations.StoreAsync(stage, archive, usual, cancel);
        foreach (string duty in duties)
        {
            await Task.Delay(stage.Dice.Time(200, 1500), cancel);
            if (duty == "capture") await Examinations.StoreAsync(stage, archive, Examinations.Make(stage, modality, captures, "OT"), cancel);
            else await ActorRegistry.ActAsync(duty == "echo" ? new EchoSent(TimeSpan.Zero, modality.Key, archive.Key) : new CommitmentRequested(TimeSpan.Zero, modality.Key, archive.Key, usual), stage.Site, cancel);
        }
        return new SceneReport([Examinations.CallsTo(archive, modality), Examinations.CallsFrom(archive, modality)],
            [("device", modality.Key), ("archive", archive.Key), ("duties", string.Join(' ', duties)), ("images", SceneStage.Text(UsualImages + (duties.Contains("capture") ? captures : 0)))]);
    }
}
