using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>Somebody at a modality that only ever stored its own images has it look up and fetch studies, or store images of a kind that it cannot make.</summary>
internal sealed class BeyondRole() : Scene("dicom-role",
    "A modality that only stored its own images looks up and fetches studies, or stores images of a kind that it cannot make.",
    "一台只存储自身影像的成像设备开始查询并取走检查，或存储其不可能产生的影像。",
    "T1213", "T1565.001")
{
    private static readonly string[] Ways = ["find", "fetch", "foreign", "fetch foreign"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("storescu", "dcmtk"), new("dcmsend", "dcmtk"), .. Retrieval.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), modality = stage.Dice.Of(Cast.Modalities(stage.Site));
        string way = stage.Dice.For("way").Of(Ways);
        bool finds = way != "foreign", fetches = way.Contains("fetch", StringComparison.Ordinal), stores = way.Contains("foreign", StringComparison.Ordinal);
        int times = stage.Dice.Between(1, 4);
        await Examinations.WeekAsync(stage, archive, modality, cancel);
        HostNamespace host = stage.Site[modality.Key];
        string folder = stage.Folder("role");
        string[] fetched = [];

        stage.Begin();
        if (finds)
        {
            string[] found = await Retrieval.MustFindAsync(stage, host, archive, modality.AeTitle!, ["StudyInstanceUID", Examinations.Recent(stage), "PatientName", "PatientID"], cancel);
            if (fetches) fetched = stage.Dice.Some(found, times);
        }
        foreach (string study in fetched)
        {
            await Retrieval.FetchAsync(stage, host, archive, modality.AeTitle!, modality.AeTitle, study, folder, cancel);
            await Task.Delay(stage.Dice.Time(100, 1200), cancel);
        }
        if (stores) await Examinations.StoreAsync(stage, archive, Examinations.Make(stage, modality, times, Foreign(stage.Dice, modality)), cancel);
        return new SceneReport([Examinations.CallsTo(archive, modality), Examinations.CallsFrom(archive, modality)],
            [("device", modality.Key), ("archive", archive.Key), ("way", way), ("queries", SceneStage.Text(finds ? 1 : 0)), ("fetched", SceneStage.Text(fetched.Length)), ("foreign-images", SceneStage.Text(stores ? times : 0))]);
    }

    /// <summary>A kind of images that a modality does not make, nor one built together with it.</summary>
    private static string Foreign(Dice dice, HospitalDevice modality)
    {
        string own = Cast.ModalityOf(modality)!;
        return dice.Of([.. ((string[])["CT", "MR", "US", "DX", "MG"]).Where(kind => kind != own && !(own is "DX" or "MG" && kind is "DX" or "MG"))]);
    }
}
