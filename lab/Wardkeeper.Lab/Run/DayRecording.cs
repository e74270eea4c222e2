using System.Diagnostics;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Run;

/// <summary>Records what happens in a running hospital: a planned day, scenes, or both.</summary>
internal sealed class DayRecording(Laboratory lab, LabProgress progress)
{
    /// <summary>Name of the capture in the folder of a recording.</summary>
    public const string CaptureName = "hospital.pcap";

    /// <summary>Name of the folder of the truth beside it.</summary>
    public const string TruthName = "truth";

    /// <summary>Name of the folder of the programs' logs beside it.</summary>
    public const string LogsName = "logs";

    /// <summary>Plays and records; returns what there is.</summary>
    /// <param name="events">The day, in the order of time; empty for scenes alone.</param>
    /// <param name="scenes">Scenes to run on the way.</param>
    /// <param name="output">Folder for the capture and the logs, made if need be.</param>
    /// <param name="cancel">Breaks it off: nothing is written then.</param>
    /// <exception cref="LabException">Frames were lost.</exception>
    public async Task<DayResult> RunAsync(IReadOnlyList<LabEvent> events, SceneSchedule scenes, string output, CancellationToken cancel)
    {
        LabSettings settings = lab.Settings;
        await using Recorder recorder = await Recorder.StartAsync(lab.Network, Path.Combine(lab.Folder, "raw"), cancel);
        Stopwatch clock = Stopwatch.StartNew();
        long begin = DateTimeOffset.UtcNow.Microseconds();
        DayRun day = new(lab.Network.Site, settings.Speed);
        await using (progress.Watch(day, settings.Date, events.Count)) await Task.WhenAll(day.RunAsync(events, settings.From, cancel), scenes.RunAsync(lab, cancel));

        progress.Stage("stage-joining");
        IReadOnlyList<(Department, string)> parts = await recorder.StopAsync();
        IReadOnlyList<SceneDone> done = SceneJournal.Read(lab.Folder);
        Directory.CreateDirectory(output);
        TimeWarp warp = new(begin, HospitalTime.At(settings.Date, settings.From).Microseconds(), settings.Speed);
        (long packets, IReadOnlyList<ScenePackets> of) = JoinedCapture.Write(Path.Combine(output, CaptureName), parts, warp, [.. done.Select(scene => scene.Mark)]);
        CopyLogs(output);
        return new DayResult(packets, day.Done, day.Failures, clock.Elapsed, [.. done.Zip(of, (scene, own) => new SceneRecord(scene, own))]);
    }

    private void CopyLogs(string output)
    {
        string to = Directory.CreateDirectory(Path.Combine(output, LogsName)).FullName;
        foreach (string log in Directory.EnumerateFiles(Path.Combine(lab.Folder, "logs"))) File.Copy(log, Path.Combine(to, Path.GetFileName(log)), overwrite: true);
    }
}
