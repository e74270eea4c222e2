using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>A workstation that may do so fetches many studies for a research project, chosen by modality and date.</summary>
internal sealed class ResearchExport() : Scene("dicom-harvest-twin",
    "An authorised workstation fetches many studies from the archive under its own AE title for a research project.",
    "获授权的工作站以自己的 AE 标题从归档系统中批量取出检查影像，用于科研项目。")
{
    private const int MostStudies = 30;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => Retrieval.Needs;

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site));
        HospitalDevice desk = stage.Dice.Of(Cast.DesksOf(stage.Site, device => device.AeTitle is not null && device.Key != archive.Key));
        HostNamespace workstation = stage.Site[desk.Key];
        int most = stage.Dice.Between(MostStudies / 2, MostStudies);
        string folder = stage.Folder("research");
        string? destination = stage.Dice.For("way").Chance(50) ? null : desk.AeTitle;

        stage.Begin();
        string[] found = await Retrieval.FindAsync(stage, workstation, archive, desk.AeTitle!, ["StudyInstanceUID", "StudyDate=20200101-", "StudyDescription", "ModalitiesInStudy", "PatientID"], cancel);
        if (found.Length == 0) throw new LabException($"nothing can be exported: {archive.Key} holds no study");
        string[] taken = [.. stage.Dice.Some(found, most).Order(StringComparer.Ordinal)];
        int images = 0;
        foreach (string study in taken)
        {
            images += await Retrieval.FetchAsync(stage, workstation, archive, desk.AeTitle!, destination, study, folder, cancel);
            await Task.Delay(stage.Dice.Time(150, 500), cancel);
        }
        SceneTraffic[] moved = destination is null ? [] : [new SceneTraffic(archive.Ip, null, desk.Ip, DicomPorts.Client)];
        return new SceneReport([new SceneTraffic(desk.Ip, null, archive.Ip, DicomPorts.Server), .. moved],
            [("workstation", desk.Key), ("archive", archive.Key), ("found", SceneStage.Text(found.Length)), ("retrieved", SceneStage.Text(taken.Length)), ("images", SceneStage.Text(images)), .. destination is null ? [] : new[] { ("destination", destination) }]);
    }
}
