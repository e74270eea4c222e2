using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>What an archive did on earlier days: modalities stored, and workstations had studies moved to themselves.</summary>
internal static class PastMoves
{
    /// <summary>Plays it; returns the examinations.</summary>
    public static async Task<Exam[]> PlayAsync(SceneStage stage, HospitalDevice archive, HospitalDevice station, CancellationToken cancel)
    {
        HospitalDevice modality = stage.Dice.Of([.. Cast.Modalities(stage.Site).Where(device => device.Key != station.Key)]);
        List<Exam> exams = [];
        await stage.EarlierAsync([Examinations.CallsTo(archive, modality), Examinations.CallsTo(archive, station), Examinations.CallsFrom(archive, station)], async () =>
        {
            exams.Add(Examinations.Make(stage, modality, stage.Dice.Between(1, 3)));
            await Examinations.StoreAsync(stage, archive, exams[^1], cancel);
            await Examinations.MoveAsync(stage, station, archive, exams[^1], cancel);
        });
        return [.. exams];
    }

    /// <summary>Takes images at a machine's DICOM port (storescp of dcmtk) until it is disposed.</summary>
    public static Task<RunningProgram> ListenAsync(SceneStage stage, HostNamespace host, string title, string folder, CancellationToken cancel) =>
        ProgramRun.ServeAsync(host, stage.Site.LogOf(host, "storescp"), "storescp", ["-v", "-aet", title, "-od", folder, SceneStage.Text(DicomPorts.Client)], [DicomPorts.Client], cancel);
}
