using System.CommandLine;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Run;

namespace Wardkeeper.Lab.Commands;

/// <summary><c>lab up</c>: a hospital that runs until it is stopped, its days one after another.</summary>
internal static class UpCommand
{
    private const double DefaultHours = 16;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Command command = options.AddTo(new Command("up", "Starts the hospital and plays its days until Ctrl-C, or for --hours; nothing leaves its namespaces."), DefaultHours, 1, TimeSpan.FromHours(8));
        command.SetAction((parsed, _) => LabCommand.GuardAsync(cancel => RunAsync(options.Of(parsed), parsed.GetResult(options.Hours) is { Implicit: false }, options.IsChinese(parsed), cancel)));
        return command;
    }

    private static async Task<int> RunAsync(LabSettings settings, bool once, bool chinese, CancellationToken cancel)
    {
        DayPlan first = DayPlan.FromSeed(HospitalPlan.FromSeed(settings.Seed, settings.Size), settings.Date, settings.From, settings.Length);
        Doctor.Require(Needs.Of(first));
        LabProgress progress = new(Console.Error, !Console.IsErrorRedirected, chinese);
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        await using Laboratory lab = await Laboratory.StartAsync(settings, first.Hospital, progress, cancel);
        progress.End();
        Console.Out.Write(DeviceTable.Text(lab.Plan, settings.Name, chinese));
        Console.Out.WriteLine(Texts.Format("up-running", chinese, lab.Plan.Devices.Count, clock.Elapsed.TotalSeconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture), settings.Name));
        try
        {
            await PlayAsync(lab, first, progress, chinese, cancel);
            for (DateOnly date = settings.Date.AddDays(1); !once; date = date.AddDays(1)) await PlayAsync(lab, DayPlan.FromSeed(first.Hospital, date, TimeSpan.Zero, TimeSpan.FromDays(1)), progress, chinese, cancel);
            return 0;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task PlayAsync(Laboratory lab, DayPlan today, LabProgress progress, bool chinese, CancellationToken cancel)
    {
        lab.Begin(today.Date);
        DayRun day = new(lab.Network.Site, lab.Settings.Speed);
        await using (progress.Watch(day, today.Date, today.Events.Count)) await day.RunAsync(today.Events, today.From, cancel);
        progress.End();
        foreach ((LabEvent what, string why) in day.Failures) Console.Error.WriteLine(Texts.Format("event-failed", chinese, FailureText.Of(what), why));
    }
}
