using System.CommandLine;
using System.Globalization;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Truth;

namespace Wardkeeper.Lab.Commands;

/// <summary><c>lab attack</c>: a scene in the lab that runs, or, with <c>--out</c>, in one that is started and recorded for it.</summary>
internal static class AttackCommand
{
    private const int StudiesBefore = 12;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Argument<string[]> names = new("NAME") { Description = "Scenes by name, one after another; 'lab list --attacks' names them", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--out") { Description = "Start a lab for it, record it and write hospital.pcap, truth/ and logs/ into this folder", HelpName = "DIR" };
        Command command = options.AddTo(new Command("attack", "Runs attacks or their benign twins: in the lab that runs, or recorded in one of their own.") { names, output }, 1, 1, TimeSpan.FromHours(10));
        command.Validators.Add(result =>
        {
            foreach (string name in result.GetValue(names) ?? [])
            {
                if (SceneRegistry.Find(name) is null) result.AddError($"{name} is no scene; 'wardkeeper lab list --attacks' names them.");
            }
        });
        command.SetAction((parsed, _) =>
        {
            IScene[] scenes = [.. parsed.GetValue(names)!.Select(name => SceneRegistry.Find(name)!)];
            return LabCommand.GuardAsync(cancel => parsed.GetValue(output) is { } folder
                ? RecordAsync(options.Of(parsed), scenes, folder, options.IsChinese(parsed), cancel)
                : ActAsync(options.NameOf(parsed), scenes, options.IsChinese(parsed), cancel));
        });
        return command;
    }

    private static async Task<int> ActAsync(string name, IReadOnlyList<IScene> scenes, bool chinese, CancellationToken cancel)
    {
        RunningLab running = LabRegister.Find(name) ?? throw new LabException($"no lab called {name} runs; start one with 'wardkeeper lab up', or record the scene in a lab of its own with --out DIR");
        Doctor.Require(scenes.SelectMany(scene => scene.Needs));
        HospitalPlan plan = HospitalPlan.FromSeed(running.Settings.Seed, running.Settings.Size);
        HospitalNetwork network = HospitalNetwork.Of(name, running.Folder, running.Settings.Date, plan.Devices);
        foreach (IScene scene in scenes)
        {
            Print(await SceneDone.PlayAsync(scene, network, running.Folder, running.Settings.Seed, cancel), null, chinese);
        }
        return 0;
    }

    private static async Task<int> RecordAsync(LabSettings settings, IReadOnlyList<IScene> scenes, string output, bool chinese, CancellationToken cancel)
    {
        HospitalPlan plan = HospitalPlan.FromSeed(settings.Seed, settings.Size);
        Doctor.Require(Needs.Of(plan).Concat(scenes.SelectMany(scene => scene.Needs)));
        OutputFolder.Check(output);
        LabProgress progress = new(Console.Error, !Console.IsErrorRedirected, chinese);
        DayResult result;
        await using (Laboratory lab = await Laboratory.StartAsync(settings, plan, progress, cancel))
        {
            await FillArchiveAsync(lab, progress, cancel);
            result = await new DayRecording(lab, progress).RunAsync([], new SceneSchedule([.. scenes.Select(scene => (scene, settings.From))]), output, cancel);
            DayPlan quiet = DayPlan.FromSeed(lab.Plan, settings.Date, settings.From, settings.Length).Quiet();
            await DayTruth.WriteAsync(Path.Combine(output, DayRecording.TruthName), quiet, [], result.Truth, cancel);
        }
        foreach (SceneRecord scene in result.Scenes) Print(scene.Done, scene.Packets.Numbers.Count, chinese);
        Console.Out.WriteLine(Texts.Format("recorded", chinese, Path.Combine(output, DayRecording.CaptureName), result.Packets, result.Events, result.Took.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));
        return 0;
    }

    /// <summary>What the modalities stored that day before the scene: an archive is never empty. Nothing of it is recorded.</summary>
    private static async Task FillArchiveAsync(Laboratory lab, LabProgress progress, CancellationToken cancel)
    {
        IReadOnlyList<LabEvent> stored = [.. DayPlan.FromSeed(lab.Plan, lab.Settings.Date, TimeSpan.Zero, TimeSpan.FromDays(1)).Events.OfType<ImagesStored>().Where(images => !images.Tls).Take(StudiesBefore)];
        progress.Stage("stage-archive", stored.Count);
        DayRun before = new(lab.Network.Site, double.PositiveInfinity);
        await before.RunAsync(stored, TimeSpan.Zero, cancel);
        if (before.Failures.Count > 0) throw new LabException($"the archive could not be filled: {before.Failures[0].Why}");
    }

    private static void Print(SceneDone done, int? packets, bool chinese)
    {
        Console.Out.WriteLine($"{done.Mark.Name}: {(chinese ? SceneRegistry.Of(done.Mark.Name).Chinese : SceneRegistry.Of(done.Mark.Name).English)}");
        foreach (SceneFact fact in done.Facts) Console.Out.WriteLine($"  {fact.What}: {fact.Value}");
        if (packets is { } count) Console.Out.WriteLine("  " + Texts.Format("scene-packets", chinese, count));
    }
}
