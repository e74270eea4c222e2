using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>Images come a second time for honest reasons: sent again unchanged, corrected by the modality that made them, or sent on by a workstation that fetched them.</summary>
internal sealed class StoredAgain() : Scene("dicom-alter-twin",
    "Images are stored a second time: again unchanged, corrected by the modality that made them, or sent on unchanged by a workstation.",
    "影像被再次存储：原样重发、由原成像设备更正，或由工作站取回后原样转发。")
{
    private static readonly string[] Ways = ["again", "corrected", "sent-on"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("dcmodify", "dcmtk"), new("storescu", "dcmtk"), new("dcmsend", "dcmtk"), .. Retrieval.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), modality = stage.Dice.Of(Cast.Modalities(stage.Site)), station = stage.Dice.Of(Cast.Callers(stage.Site, device => device.Key != modality.Key));
        Exam exam = Examinations.Make(stage, modality, stage.Dice.Between(1, 4));
        string way = stage.Dice.For("way").Of(Ways), folder = stage.Folder("again"), change = stage.Dice.Of(["StudyDescription=Thorax after contrast", "PatientName=CORRECTED^NAME"]);

        stage.Begin();
        await Examinations.StoreAsync(stage, archive, exam, cancel);
        await Task.Delay(stage.Dice.Time(300, 2500), cancel);
        switch (way)
        {
            case "again":
                await Examinations.StoreAsync(stage, archive, exam, cancel);
                break;
            case "corrected":
                await ExamImages.WriteAsync(exam, modality, folder, cancel);
                await DicomChange.ApplyAsync(stage, stage.Site[modality.Key], folder, change, cancel);
                await DicomChange.StoreAsync(stage, stage.Site[modality.Key], archive, modality.AeTitle!, folder, cancel);
                break;
            default:
                await Retrieval.FetchAsync(stage, stage.Site[station.Key], archive, station.AeTitle!, null, exam.StudyUid, folder, cancel);
                await DicomChange.StoreAsync(stage, stage.Site[station.Key], archive, station.AeTitle!, folder, cancel);
                break;
        }
        SceneTraffic[] sentOn = way == "sent-on" ? [Examinations.CallsTo(archive, station)] : [];
        return new SceneReport([Examinations.CallsTo(archive, modality), .. sentOn], [("modality", modality.Key), ("archive", archive.Key), ("way", way), ("images", SceneStage.Text(exam.Images)), ("station", sentOn.Length > 0 ? station.Key : "")]);
    }
}
