using System.Net.Sockets;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>A laptop tries an archive out with malformed units of DICOM's upper layer, or with bytes that are no protocol at all, one connection after another.</summary>
internal sealed class Fuzzing() : Scene("dicom-malformed",
    "A laptop sends an archive malformed DICOM units of several kinds, or bytes that are no protocol at all, one connection after another.",
    "一台笔记本电脑逐个连接影像归档系统，发送多种畸形的 DICOM 数据单元，或根本不是协议的字节。",
    "T1210", "T1499.004")
{
    private const string Stranger = "STORESCU";
    private static readonly string[] Ways = ["units", "requests", "noise"];
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [Echo.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site)), modality = stage.Dice.Of(Cast.Modalities(stage.Site));
        string way = stage.Dice.For("way").Of(Ways);
        string[] shapes = way switch
        {
            "noise" => [.. Enumerable.Repeat("noise", stage.Dice.Between(25, 60))],
            "requests" => [.. Enumerable.Range(0, stage.Dice.Between(4, 20)).Select(_ => stage.Dice.Of(FuzzedUnits.Requests))],
            _ => [.. stage.Dice.Shuffled([.. stage.Dice.Some(FuzzedUnits.Followers, stage.Dice.Between(5, 7)), .. Enumerable.Range(0, stage.Dice.Between(0, 12)).Select(_ => stage.Dice.Of([.. FuzzedUnits.Followers, .. FuzzedUnits.Requests]))])],
        };
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);
        await EchoAsync(stage, archive, modality, cancel);

        stage.Begin();
        foreach (string shape in shapes)
        {
            await TryAsync(stage, rogue, archive, shape, way == "units" ? modality.AeTitle! : Stranger, cancel);
            await Task.Delay(stage.Dice.Time(5, 250), cancel);
        }
        // What was tried out must have held: the day goes on.
        await EchoAsync(stage, archive, modality, cancel);
        return new SceneReport([AllOf(rogue)], [("attacker", rogue.Device.Ip.ToString()), ("archive", archive.Key), ("way", way), ("connections", SceneStage.Text(shapes.Length)), ("shapes", string.Join(' ', shapes.Distinct().Order(StringComparer.Ordinal)))]);
    }

    private static async Task TryAsync(SceneStage stage, HostNamespace rogue, HospitalDevice archive, string shape, string title, CancellationToken cancel)
    {
        await using NetworkStream stream = await rogue.ConnectAsync(archive.Ip, DicomPorts.Server, cancel);
        if (shape == "noise")
        {
            // The first byte is no unit's, so that chance does not make a protocol of it.
            await stream.WriteAsync((byte[])[(byte)stage.Dice.Between(32, 126), .. stage.Dice.Bytes(stage.Dice.Between(3, 900))], cancel);
        }
        else if (FuzzedUnits.Requests.Contains(shape))
        {
            await stream.WriteAsync(FuzzedUnits.SpoiltRequest(stage.Dice, shape, archive.AeTitle!, title), cancel);
        }
        else
        {
            byte[] unit = FuzzedUnits.Follower(stage.Dice, shape);
            await stream.WriteAsync(FuzzedUnits.Request(archive.AeTitle!, title), cancel);
            if (await AnswerAsync(stream, cancel) != (int)PduKind.AssociateAccept) throw new LabException($"{archive.Key} does not let {title} in");
            await stream.WriteAsync(unit, cancel);
        }
        await AnswerAsync(stream, cancel);
    }

    /// <summary>The first byte of an answer; -1 when none comes, or the archive closes.</summary>
    private static async Task<int> AnswerAsync(NetworkStream stream, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        byte[] answer = new byte[4096];
        try
        {
            return await stream.ReadAsync(answer, limit.Token) > 0 ? answer[0] : -1;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is IOException or OperationCanceledException)
        {
            return -1;
        }
    }

    private static async Task EchoAsync(SceneStage stage, HospitalDevice archive, HospitalDevice modality, CancellationToken cancel)
    {
        if (await Echo.AskAsync(stage, stage.Site[modality.Key], archive.Ip, modality.AeTitle!, archive.AeTitle!, cancel) != EchoAnswer.Accepted) throw new LabException($"{archive.Key} does not answer {modality.AeTitle}");
    }
}
