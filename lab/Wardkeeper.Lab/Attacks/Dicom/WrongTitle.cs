using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>An engineer sets up a device's connection to the archive, mistypes an AE title, is refused, and corrects it.</summary>
internal sealed class WrongTitle() : Scene("dicom-ae-guess-twin",
    "An engineer who sets up a device's connection to the archive mistypes an AE title a few times and then corrects it.",
    "工程师配置设备与影像归档系统的连接时，几次输错 AE 标题，随后更正。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [Echo.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site));
        HospitalDevice device = stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site).Where(one => one.AeTitle is not null && one.Key != archive.Key), "no device but the archive has an AE title"));
        string right = device.AeTitle!, server = archive.AeTitle!;
        // Slips as they happen: a missing or a doubled sign, the two titles the wrong way round. Small letters are none: Orthanc takes them for capitals.
        (string From, string To)[] slips = [(right[0] + right, server), (right[..^1], server), (right + right[^1], server), (right, server[..^1]), (right, server + server[^1]), (server, right)];
        HashSet<string> known = [.. stage.Site.Devices.Where(one => one.AeTitle is not null).Select(one => one.AeTitle!)];
        (string From, string To)[] wrong = stage.Dice.Some(slips.Where(slip => slip.From.Length is > 0 and <= 16 && slip.To.Length is > 0 and <= 16 && (slip.To != server || !known.Contains(slip.From))), stage.Dice.Between(2, 3));

        stage.Begin();
        foreach ((string from, string to) in wrong)
        {
            EchoAnswer answer = await Echo.AskAsync(stage, stage.Site[device.Key], archive.Ip, from, to, cancel);
            if (answer is not (EchoAnswer.CalledRefused or EchoAnswer.CallingRefused)) throw new LabException($"{archive.Key} does not refuse {from} that calls {to}");
            await Task.Delay(stage.Dice.Time(1200, 3500), cancel);
        }
        await Echo.MustAskAsync(stage, stage.Site[device.Key], archive, right, cancel);
        return new SceneReport([new SceneTraffic(device.Ip, null, archive.Ip, DicomPorts.Server)], [("device", device.Key), ("archive", archive.Key), ("refused", SceneStage.Text(wrong.Length)), ("accepted", "1")]);
    }
}
