using System.CommandLine;
using System.Globalization;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Truth;

namespace Wardkeeper.Lab.Commands;

/// <summary>
/// <c>lab attack</c>: a scene in the lab that runs; with <c>--out</c>, in one that is started and recorded for it; otherwise, in several variations, in one
/// that is started for it before a Wardkeeper that listens and is judged.
/// </summary>
internal static class AttackCommand
{
    private const int StudiesBefore = 12;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Argument<string[]> names = new("NAME") { Description = "Scenes by name, one after another; 'lab list --attacks' names them", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--out") { Description = "Start a lab for it, record it and write hospital.pcap, truth/ and logs/ into this folder", HelpName = "DIR" };
        Option<int> variations = new("--variations") { Description = "How often a scene is played before a Wardkeeper that listens, each time with other parameters", HelpName = "N", DefaultValueFactory = _ => 5 };
        Option<int> within = new("--within") { Description = "Seconds after a scene's end within which it must be found; a twin is watched that long", HelpName = "SECONDS", DefaultValueFactory = _ => 90 };
        Option<string?> program = new("--program") { Description = "The Wardkeeper that listens; without it, the one this lab belongs to", HelpName = "FILE" };
        Command command = options.AddTo(new Command("attack", "Runs attacks or their benign twins: in the lab that runs, recorded in one of their own, or judged: exit code 0 only when each was found and nothing else.") { names, output, variations, within, program }, 1, 1, TimeSpan.FromHours(10));
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
                : LabRegister.Find(options.NameOf(parsed)) is { } running
                ? ActAsync(options.NameOf(parsed), running, scenes, options.IsChinese(parsed), cancel)
                : JudgeAsync(options.Of(parsed), scenes, parsed.GetValue(variations), TimeSpan.FromSeconds(parsed.GetValue(within)), parsed.GetValue(program) ?? LiveSensor.Launcher, options.IsChinese(parsed), cancel));
        });
        return command;
    }

    private static async Task<int> ActAsync(string name, RunningLab running, IReadOnlyList<IScene> scenes, bool chinese, CancellationToken cancel)
    {
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
            string truth = Path.Combine(output, DayRecording.TruthName);
            await DayTruth.WriteAsync(truth, quiet, [], result.Truth, cancel);
            await AnnounceAsync(truth, scenes, plan, settings.Date, cancel);
        }
        foreach (SceneRecord scene in result.Scenes) Print(scene.Done, scene.Packets.Numbers.Count, chinese);
        Console.Out.WriteLine(Texts.Format("recorded", chinese, Path.Combine(output, DayRecording.CaptureName), result.Packets, result.Events, result.Took.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));
        return 0;
    }

    /// <summary>Plays scenes before a Wardkeeper that listens: 0 when it said of each what it should and nothing else.</summary>
    private static async Task<int> JudgeAsync(LabSettings settings, IReadOnlyList<IScene> scenes, int variations, TimeSpan within, string? program, bool chinese, CancellationToken cancel)
    {
        if (variations is < 1 or > 100) throw new LabException("--variations must be between 1 and 100");
        if (program is null) throw new LabException("no Wardkeeper is known that could listen; start the lab with './wardkeeper lab attack …', name the program with --program FILE, or record the scene with --out DIR");
        HospitalPlan plan = HospitalPlan.FromSeed(settings.Seed, settings.Size);
        Doctor.Require(Needs.Of(plan).Concat(scenes.SelectMany(scene => scene.Needs)));
        await LiveSensor.PrepareAsync(program, cancel);
        LabProgress progress = new(Console.Error, !Console.IsErrorRedirected, chinese);
        bool isRight = true;
        await using Laboratory lab = await Laboratory.StartAsync(settings, plan, progress, cancel);
        await FillArchiveAsync(lab, progress, cancel);
        progress.Stage("stage-sensor");
        string? announced = await AnnounceAsync(lab.Folder, scenes, plan, DateOnly.FromDateTime(DateTime.UtcNow.AddHours(HospitalTime.HoursEastOfGreenwich)), cancel);
        await using LiveSensor sensor = await LiveSensor.StartAsync(program, lab.Network, lab.Folder, announced, cancel);
        foreach (IScene scene in scenes)
        {
            JudgedLive judged = await new SceneJudge(lab, sensor, progress).JudgeAsync(scene, variations, within, cancel);
            progress.End();
            Print(judged, within, chinese);
            isRight &= judged.IsRight;
        }
        return isRight ? 0 : 1;
    }

    /// <summary>Writes down what work is announced when a scene is judged by it. Others go without: on a day of announced work, work that nobody announced is told too.</summary>
    /// <returns>The file; null when no scene needs it.</returns>
    private static async Task<string?> AnnounceAsync(string folder, IReadOnlyList<IScene> scenes, HospitalPlan plan, DateOnly today, CancellationToken cancel)
    {
        if (!scenes.Any(scene => scene.NeedsCalendar)) return null;
        string file = Path.Combine(folder, ServiceCalendar.FileName);
        await File.WriteAllTextAsync(file, ServiceCalendar.Site(plan.Devices, today), cancel);
        return file;
    }

    private static void Print(JudgedLive judged, TimeSpan within, bool chinese)
    {
        IScene scene = judged.Scene;
        Console.Out.WriteLine($"{scene.Name}: {(chinese ? scene.Chinese : scene.English)}");
        foreach (JudgedVariation one in judged.Variations)
        {
            string said = one.Found is { } found ? Texts.Format("judged-found", chinese, one.Variation, one.Seconds!.Value.ToString("0", CultureInfo.InvariantCulture), $"F-{found.Number} {found.Title}")
                : scene.IsAttack ? Texts.Format("judged-missed", chinese, one.Variation, within.TotalSeconds, string.Join(", ", SceneFindings.Of(scene.Name)))
                : Texts.Format("judged-silent", chinese, one.Variation);
            if (one.Found is not null || scene.IsAttack || one.Others.Count == 0) Console.Out.WriteLine("  " + said);
            foreach (LiveFinding other in one.Others) Console.Out.WriteLine("  " + Texts.Format("judged-other", chinese, one.Variation, $"F-{other.Number} {other.Type} ({other.Severity}): {other.Title}"));
        }
        if (scene.IsAttack) Console.Out.WriteLine("  " + (judged.Left.Count == 0 ? Texts.Get("judged-removed", chinese) : Texts.Format("judged-not-removed", chinese, string.Join(", ", judged.Left))));
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
