using System.Text.RegularExpressions;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>
/// A laptop meddles with what a modality stored: it stores the same instances again under the modality's AE title with another patient, another finding or other pixels (dcmodify and storescu of dcmtk), or deletes
/// them over the archive's web interface (curl).
/// </summary>
internal sealed partial class ObjectChange() : Scene("dicom-alter",
    "A laptop stores images again under their identifiers with other content, or deletes them over the archive's web interface.",
    "一台笔记本电脑以相同标识重新存储内容不同的影像，或通过归档系统的网页接口删除影像。",
    "T1565.001", "T1485")
{
    private static readonly string[] Ways = ["header", "pixels", "delete-studies", "delete-instances", "delete-bulk"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("dcmodify", "dcmtk"), new("storescu", "dcmtk"), new("dcmsend", "dcmtk"), new("curl", "curl")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), modality = stage.Dice.Of(Cast.Modalities(stage.Site));
        Exam exam = Examinations.Make(stage, modality, stage.Dice.Between(1, 4));
        string way = stage.Dice.For("way").Of(Ways);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);
        string folder = stage.Folder("altered");
        await ExamImages.WriteAsync(way == "pixels" ? exam with { Side = stage.Dice.Of([32, 48, 96]) } : exam, modality, folder, cancel);
        string change = stage.Dice.Of(["PatientName=DOE^JANE", "StudyDescription=No finding", "PatientID=HL000001"]);
        if (way == "header") await DicomChange.ApplyAsync(stage, rogue, folder, change, cancel);

        stage.Begin();
        await Examinations.StoreAsync(stage, archive, exam, cancel);
        await Task.Delay(stage.Dice.Time(300, 2500), cancel);
        if (way.StartsWith("delete", StringComparison.Ordinal)) await DeleteAsync(stage, rogue, archive, exam, way, cancel);
        else await DicomChange.StoreAsync(stage, rogue, archive, modality.AeTitle!, folder, cancel);
        return new SceneReport([AllOf(rogue)], [("attacker", rogue.Device.Ip.ToString()), ("archive", archive.Key), ("modality", modality.Key), ("way", way), ("images", SceneStage.Text(exam.Images))]);
    }

    /// <summary>Orthanc's own interface: what is to go is looked up by its UID, then deleted by itself or in a list.</summary>
    private static async Task DeleteAsync(SceneStage stage, HostNamespace rogue, HospitalDevice archive, Exam exam, string way, CancellationToken cancel)
    {
        string root = $"http://{archive.Ip}:{SceneStage.Text(DicomPorts.Web)}";
        string[] uids = way == "delete-instances" ? [.. Enumerable.Range(1, exam.Images).Select(number => ExamImages.InstanceUid(exam, number))] : [exam.StudyUid];
        foreach (string uid in uids)
        {
            ProgramResult found = await stage.MustRunAsync(rogue, "curl", ["-sS", "-f", "-d", uid, root + "/tools/lookup"], cancel);
            Match id = Identifier().Match(found.Output);
            if (!id.Success) throw new LabException($"{archive.Key} does not know {uid}: {found.Output}");
            string[] request = way == "delete-bulk" ? ["-d", $$"""{"Resources":["{{id.Value}}"]}""", root + "/tools/bulk-delete"] : ["-X", "DELETE", $"{root}/{way["delete-".Length..]}/{id.Value}"];
            await stage.MustRunAsync(rogue, "curl", ["-sS", "-f", .. request], cancel);
        }
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{8}){4}")]
    private static partial Regex Identifier();
}
