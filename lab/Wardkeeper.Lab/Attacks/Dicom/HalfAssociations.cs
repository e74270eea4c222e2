using System.Net.Sockets;
using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>A modality with a bad day: it aborts after storing, is switched off in the middle of an association, looks in whether the archive's port is open, and stores in the end.</summary>
internal sealed class HalfAssociations() : Scene("dicom-malformed-twin",
    "A modality aborts associations, is switched off within some, looks in whether the archive's port is open, and stores in the end.",
    "一台成像设备中止连接、在连接中途断电、试探归档系统端口是否开放，最后成功存储。")
{
    private static readonly string[] Kinds = ["abort", "cut", "look"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("storescu", "dcmtk"), new("dcmsend", "dcmtk")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), modality = stage.Dice.Of(Cast.Modalities(stage.Site));
        HostNamespace host = stage.Site[modality.Key];
        Exam exam = Examinations.Make(stage, modality, stage.Dice.Between(1, 3));
        string[] tries = [.. Enumerable.Range(0, stage.Dice.Between(3, 12)).Select(_ => stage.Dice.Of(Kinds))];
        string folder = stage.Folder("half");
        await ExamImages.WriteAsync(exam, modality, folder, cancel);

        stage.Begin();
        foreach (string kind in tries)
        {
            if (kind == "abort") await stage.MustRunAsync(host, "storescu", ["--abort", "-R", "-aet", modality.AeTitle!, "-aec", archive.AeTitle!, "+sd", archive.Ip.ToString(), SceneStage.Text(DicomPorts.Server), folder], cancel);
            else if (kind == "cut") await CutAsync(host, archive, modality, cancel);
            else await TcpTry.AnswersAsync(host, archive.Ip, DicomPorts.Server, cancel);
            await Task.Delay(stage.Dice.Time(50, 900), cancel);
        }
        await Examinations.StoreAsync(stage, archive, exam, cancel);
        return new SceneReport([Examinations.CallsTo(archive, modality)], [("device", modality.Key), ("archive", archive.Key), .. Kinds.Select(kind => (kind, SceneStage.Text(tries.Count(one => one == kind))))]);
    }

    /// <summary>An association that is accepted and then ends with its connection, without a release.</summary>
    private static async Task CutAsync(HostNamespace host, HospitalDevice archive, HospitalDevice modality, CancellationToken cancel)
    {
        await using NetworkStream stream = await host.ConnectAsync(archive.Ip, DicomPorts.Server, cancel);
        await Association.RequestAsync(stream, new ByteReader(stream), DicomIdentity.Of(modality), archive.AeTitle!, [SopClasses.Verification], cancel);
    }
}
