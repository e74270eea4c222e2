using System.CommandLine;
using Wardkeeper.Lab.Day;
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
        Doctor.Require(Needs.Of(settings));
        LabProgress progress = new(Console.Error, !Console.IsErrorRedirected, chinese);
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        await using Laboratory lab = await Laboratory.StartAsync(settings, progress, cancel);
        progress.End();
        Console.Out.Write(DeviceTable.Text(lab.Plan, settings.Name, chinese));
        Console.Out.WriteLine(Texts.Format("up-running", chinese, lab.Plan.Devices.Count, clock.Elapsed.TotalSeconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture), settings.Name));
        try
        {
            await PlayAsync(lab, settings, progress, chinese, cancel);
            for (LabSettings next = settings with { From = TimeSpan.Zero, Length = TimeSpan.FromDays(1) }; !once;)
            {
                next = next with { Date = next.Date.AddDays(1) };
                await PlayAsync(lab, next, progress, chinese, cancel);
            }
            return 0;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task PlayAsync(Laboratory lab, LabSettings today, LabProgress progress, bool chinese, CancellationToken cancel)
    {
        IReadOnlyList<LabEvent> events = DayPlan.FromSeed(lab.Plan, today.Date, today.From, today.Length).Events;
        DayRun day = new(lab.Network.Site, today.Speed);
        progress.Stage("stage-day", today.Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await using (Timer _ = new(_ => progress.Part(day.Done, events.Count, $"{day.At:hh\\:mm}, {day.Done}/{events.Count}"), null, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500)))
        {
            await day.RunAsync(events, today.From, cancel);
        }
        progress.End();
        foreach ((LabEvent what, string why) in day.Failures) Console.Error.WriteLine(Texts.Format("event-failed", chinese, FailureText.Of(what), why));
    }
}
