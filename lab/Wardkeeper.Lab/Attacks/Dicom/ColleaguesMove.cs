using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>A workstation has the archive send studies to itself as always, and for the first time to a colleague's, which the archive knows well.</summary>
internal sealed class ColleaguesMove() : Scene("dicom-divert-twin",
    "A workstation has the archive move studies to itself as always, and some to a colleague's workstation for the first time.",
    "一台工作站照常让影像归档系统把检查发送到本机，并首次把部分检查发送到同事的工作站。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("storescp", "dcmtk"), new("storescu", "dcmtk"), new("dcmsend", "dcmtk"), .. Retrieval.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), station = stage.Dice.Of(Cast.Callers(stage.Site, _ => true)), other = stage.Dice.Of(Cast.Callers(stage.Site, device => device.Key != station.Key));
        Exam[] exams = await Examinations.WeekAsync(stage, archive, null, cancel);
        Exam[] own = stage.Dice.Some(exams, stage.Dice.Between(1, 5)), shared = stage.Dice.Some(exams, stage.Dice.Between(1, 5));
        string folder = stage.Folder("shared");

        stage.Begin();
        foreach (Exam exam in own)
        {
            await Examinations.MoveAsync(stage, station, archive, exam, cancel);
            await Task.Delay(stage.Dice.Time(100, 900), cancel);
        }
        await using RunningProgram receiver = await Retrieval.ListenAsync(stage, stage.Site[other.Key], other.AeTitle!, folder, cancel);
        foreach (Exam exam in shared)
        {
            if (!await Retrieval.SendAsync(stage, stage.Site[station.Key], archive, station.AeTitle!, other.AeTitle!, exam.StudyUid, cancel)) throw new LabException($"{archive.Key} does not move {exam.StudyUid} to {other.AeTitle}");
            await Task.Delay(stage.Dice.Time(100, 900), cancel);
        }
        return new SceneReport([Examinations.CallsTo(archive, station), Examinations.CallsFrom(archive, station), Examinations.CallsFrom(archive, other)],
            [("station", station.Key), ("colleague", other.Key), ("archive", archive.Key), ("own", SceneStage.Text(own.Length)), ("shared", SceneStage.Text(shared.Length))]);
    }
}
