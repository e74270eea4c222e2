using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>
/// A laptop is let in by an archive that it never called: under the AE title of a modality that works meanwhile, or under that of a workstation which is long gone and was never struck from the archive's list.
/// It echoes, looks studies up, fetches one or stores one, like anybody who looks around.
/// </summary>
internal sealed class BorrowedTitle() : Scene("dicom-stranger",
    "A laptop calls the archive under an AE title that is let in: a working modality's, or that of a workstation long gone.",
    "一台笔记本电脑冒用可接入的 AE 标题呼叫影像归档系统：正在工作的成像设备的标题，或早已停用的工作站的标题。",
    "T1078", "T1036")
{
    private static readonly string[] Steps = ["echo", "find", "fetch", "store"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [Echo.Needs, new("storescu", "dcmtk"), new("dcmsend", "dcmtk"), .. Retrieval.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), modality = stage.Dice.Of(Cast.Modalities(stage.Site));
        string title = (stage.Dice.For("way").Chance(60) ? RetiredStation.Of(stage.Site)?.AeTitle : null) ?? modality.AeTitle!;
        string[] steps = stage.Dice.Some(Steps, stage.Dice.Between(1, Steps.Length));
        await Examinations.WeekAsync(stage, archive, modality, cancel);
        await Examinations.StoreAsync(stage, archive, Examinations.Make(stage, modality, stage.Dice.Between(1, 3)), cancel);
        HospitalDevice laptop = RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department);
        HostNamespace rogue = await stage.PlugAsync(laptop, cancel);

        stage.Begin();
        foreach (string step in steps)
        {
            await StepAsync(stage, step, rogue, archive, title, cancel);
            await Task.Delay(stage.Dice.Time(100, 1500), cancel);
        }
        return new SceneReport([AllOf(rogue)], [("attacker", rogue.Device.Ip.ToString()), ("archive", archive.Key), ("title", title), ("modality", modality.Key), ("steps", string.Join(' ', steps)), ("associations", SceneStage.Text(steps.Length + (steps.Contains("fetch") ? 1 : 0)))]);
    }

    private static async Task StepAsync(SceneStage stage, string step, HostNamespace rogue, HospitalDevice archive, string title, CancellationToken cancel)
    {
        string folder = stage.Folder("borrowed-" + step);
        switch (step)
        {
            case "echo":
                await Echo.MustAskAsync(stage, rogue, archive, title, cancel);
                break;
            case "store":
                Exam exam = Examinations.Make(stage, rogue.Device, stage.Dice.Between(1, 2));
                await ExamImages.WriteAsync(exam, rogue.Device with { AeTitle = title }, folder, cancel);
                await stage.MustRunAsync(rogue, "storescu", ["-aet", title, "-aec", archive.AeTitle!, "+sd", archive.Ip.ToString(), SceneStage.Text(DicomPorts.Server), folder], cancel);
                break;
            default:
                string[] found = await Retrieval.MustFindAsync(stage, rogue, archive, title, ["StudyInstanceUID", Examinations.Recent(stage), "PatientName", "ModalitiesInStudy"], cancel);
                if (step == "fetch") await Retrieval.FetchAsync(stage, rogue, archive, title, null, stage.Dice.Of(found), folder, cancel);
                break;
        }
    }
}
