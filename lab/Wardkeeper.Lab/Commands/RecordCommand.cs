using System.CommandLine;
using System.Globalization;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;
using Wardkeeper.Lab.Truth;

namespace Wardkeeper.Lab.Commands;

/// <summary><c>lab record</c>: plays a day fast, and leaves the capture of its mirror port and what is true of it.</summary>
internal static class RecordCommand
{
    private const double DefaultSpeed = 240;
    private static readonly TimeSpan ScenesBegin = TimeSpan.FromHours(10);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Option<string> output = new("--out") { Description = "Folder for hospital.pcap, truth/ and logs/", HelpName = "DIR", Required = true };
        Option<string[]> attacks = new("--attack") { Description = "A scene that runs on the way, with its time (repeatable); 'lab list --attacks' names them", HelpName = "NAME[@HH:MM]" };
        Command command = options.AddTo(new Command("record", "Plays a day fast and records it: the capture, what is true of it, and the programs' logs.") { output, attacks }, 24, DefaultSpeed, TimeSpan.Zero);
        command.Validators.Add(result =>
        {
            foreach (string attack in result.GetValue(attacks) ?? [])
            {
                if (Parse(attack) is null) result.AddError($"--attack {attack} is not known; write a name of 'wardkeeper lab list --attacks', and its time as NAME@10:30.");
            }
        });
        command.SetAction((parsed, _) => LabCommand.GuardAsync(cancel => RunAsync(options.Of(parsed), new SceneSchedule([.. (parsed.GetValue(attacks) ?? []).Select(attack => Parse(attack)!.Value)]), parsed.GetValue(output)!, options.IsChinese(parsed), cancel)));
        return command;
    }

    private static (IScene Scene, TimeSpan At)? Parse(string text)
    {
        string[] parts = text.Split('@');
        TimeSpan at = ScenesBegin;
        if (parts.Length > 2 || (parts.Length == 2 && !TimeSpan.TryParseExact(parts[1], @"hh\:mm", CultureInfo.InvariantCulture, out at))) return null;
        return SceneRegistry.Find(parts[0]) is { } scene ? (scene, at) : null;
    }

    private static async Task<int> RunAsync(LabSettings settings, SceneSchedule scenes, string output, bool chinese, CancellationToken cancel)
    {
        if (scenes.Entries.FirstOrDefault(entry => entry.At < settings.From || entry.At >= settings.From + settings.Length) is { Scene: { } early }) throw new LabException($"the scene {early.Name} lies outside the recorded hours; write its time as {early.Name}@HH:MM");
        DayPlan day = DayPlan.FromSeed(HospitalPlan.FromSeed(settings.Seed, settings.Size), settings.Date, settings.From, settings.Length);
        Doctor.Require(Needs.Of(day).Concat(scenes.Entries.SelectMany(entry => entry.Scene.Needs)));
        OutputFolder.Check(output);
        LabProgress progress = new(Console.Error, !Console.IsErrorRedirected, chinese);
        DayResult result;
        await using (Laboratory lab = await Laboratory.StartAsync(settings, day.Hospital, progress, cancel))
        {
            result = await new DayRecording(lab, progress).RunAsync(day.Events, scenes, output, cancel);
            HashSet<LabEvent> failed = [.. result.Failures.Select(failure => failure.What)];
            await DayTruth.WriteAsync(Path.Combine(output, DayRecording.TruthName), day, [.. day.Events.Where(what => !failed.Contains(what))], result.Truth, cancel);
        }
        foreach ((LabEvent what, string why) in result.Failures) Console.Error.WriteLine(Texts.Format("event-failed", chinese, FailureText.Of(what), why));
        Console.Out.WriteLine(Texts.Format("recorded", chinese, Path.Combine(output, DayRecording.CaptureName), result.Packets, result.Events, result.Took.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));
        if (result.Failures.Count == 0) return 0;
        Console.Error.WriteLine(Texts.Format("events-failed", chinese, result.Failures.Count, result.Events));
        return 1;
    }
}
