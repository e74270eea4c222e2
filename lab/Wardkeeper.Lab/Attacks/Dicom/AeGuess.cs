using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>A laptop asks an archive for associations under one guessed AE title after another: first for the archive's own, then for one that it lets in.</summary>
internal sealed class AeGuess() : Scene("dicom-ae-guess",
    "A laptop guesses AE titles of an archive: its own, and those that it lets in.",
    "一台笔记本电脑逐个猜测影像归档系统的 AE 标题，以及它允许接入的 AE 标题。",
    "T1110.001", "T1046")
{
    /// <summary>Titles that programs and installers come with.</summary>
    private static readonly string[] Guesses =
    [
        "ANY-SCU", "ANY-SCP", "ANYSCU", "STORESCU", "STORESCP", "ECHOSCU", "FINDSCU", "MOVESCU", "GETSCU", "DCMTK", "DICOM", "PACS", "PACS1", "RIS", "CONQUESTSRV1", "ORTHANC", "HOROS", "OSIRIX", "DCM4CHEE",
        "DCMQRSCP", "ARCHIVE", "AGFA", "GEPACS", "SIEMENS", "PHILIPS", "CT", "CT1", "CTSCAN", "MR", "MR1", "US", "US1", "DX", "CR", "CR1", "WS", "WS1", "TEST", "ADMIN", "MODALITY", "WORKLIST", "MPPS", "QRSCP",
        "QRSCU", "VIEWER", "GATEWAY", "ROUTER", "PRINT", "TELERAD", "IMPAX", "SYNAPSE", "KODAK", "WEASIS", "RADIANT",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [Echo.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice archive = stage.Dice.Of(Cast.Archives(stage.Site));
        string[] known = [.. stage.Site.Devices.Where(device => device.AeTitle is not null && device.Key != archive.Key).Select(device => device.AeTitle!).Distinct().Order(StringComparer.Ordinal)];
        string[] guesses = [.. stage.Dice.Shuffled(Guesses.Except([archive.AeTitle!, .. known]))];
        // Some do not find one; the others find it last.
        bool succeeds = known.Length > 0 && stage.Dice.Between(1, 3) > 1;
        string[] called = guesses[..stage.Dice.Between(2, 6)], calling = [.. guesses[called.Length..(called.Length + stage.Dice.Between(18, 40))], .. succeeds ? [stage.Dice.Of(known)] : (string[])[]];
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);

        stage.Begin();
        Dictionary<EchoAnswer, int> answers = [];
        foreach ((string from, string to) in called.Select(title => ("ECHOSCU", title)).Concat(calling.Select(title => (title, archive.AeTitle!))))
        {
            EchoAnswer answer = await Echo.AskAsync(stage, rogue, archive.Ip, from, to, cancel);
            answers[answer] = answers.GetValueOrDefault(answer) + 1;
            await Task.Delay(stage.Dice.Time(20, 200), cancel);
        }
        int refused = answers.GetValueOrDefault(EchoAnswer.CallingRefused), accepted = answers.GetValueOrDefault(EchoAnswer.Accepted);
        if (answers.TryGetValue(EchoAnswer.None, out int silent)) throw new LabException($"{archive.Key} did not answer {silent} guesses");
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("archive", archive.Key), ("associations", SceneStage.Text(called.Length + calling.Length)), ("called-refused", SceneStage.Text(answers.GetValueOrDefault(EchoAnswer.CalledRefused))),
                ("calling-refused", SceneStage.Text(refused)), ("accepted", SceneStage.Text(accepted)), ("last-title", calling[^1])]);
    }
}
