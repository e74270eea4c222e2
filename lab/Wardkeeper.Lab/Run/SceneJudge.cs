using System.Diagnostics;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Run;

/// <summary>What became of one variation of a scene.</summary>
/// <param name="Variation">Which, from 1.</param>
/// <param name="Seconds">From the scene's begin to the moment at which a finding that tells of it could be read; null when none came.</param>
/// <param name="Found">The finding that tells of it.</param>
/// <param name="Others">Findings that do not.</param>
internal sealed record JudgedVariation(int Variation, double? Seconds, LiveFinding? Found, IReadOnlyList<LiveFinding> Others);

/// <summary>What became of a scene in all its variations.</summary>
/// <param name="Scene">Which one.</param>
/// <param name="Variations">One by one.</param>
/// <param name="Left">Types of finding that tell of it and still come when its packets are taken out of the recording.</param>
internal sealed record JudgedLive(IScene Scene, IReadOnlyList<JudgedVariation> Variations, IReadOnlyList<string> Left)
{
    /// <summary>Whether every variation was found in time, or passed when it is benign, nothing else was said, and nothing without it.</summary>
    public bool IsRight => Left.Count == 0 && Variations.All(one => one.Others.Count == 0 && (one.Found is not null) == Scene.IsAttack);
}

/// <summary>
/// Plays a scene in several variations before a Wardkeeper that listens, and judges what it says. Variations differ by what the dice of other seeds choose: hosts, rates,
/// names, order, tools. What is recorded meanwhile is read again without the scene's packets: that must be silent. A scene that has earlier days is judged by its recording alone, which shows them as such:
/// nobody who listens waits a week.
/// </summary>
/// <param name="lab">The running hospital.</param>
/// <param name="sensor">Who listens.</param>
/// <param name="progress">Where it is told what goes on.</param>
internal sealed class SceneJudge(Laboratory lab, LiveSensor sensor, LabProgress progress)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    /// <summary>Plays and judges.</summary>
    /// <param name="scene">Which scene.</param>
    /// <param name="variations">How many.</param>
    /// <param name="within">How long after its end a finding may come; that long a benign scene is watched.</param>
    /// <param name="cancel">Breaks it off.</param>
    public async Task<JudgedLive> JudgeAsync(IScene scene, int variations, TimeSpan within, CancellationToken cancel)
    {
        List<JudgedVariation> judged = [];
        List<SceneMark> marks = [];
        List<(Department, string)> all = [];
        for (int variation = 1; variation <= variations; variation++)
        {
            progress.Stage("stage-scene", scene.Name, variation, variations);
            await using Recorder recorder = await Recorder.StartAsync(lab.Network, Path.Combine(lab.Folder, $"judged-{scene.Name}-{variation}"), cancel);
            DateTimeOffset began = DateTimeOffset.UtcNow;
            SceneMark mark = (await SceneDone.PlayAsync(scene, lab.Network, lab.Folder, lab.Settings.Seed + variation - 1, cancel)).Mark;
            JudgedVariation? live = mark.Past.Count > 0 ? null : await WatchAsync(scene, variation, began, within, cancel);
            IReadOnlyList<(Department, string)> parts = await recorder.StopAsync();
            judged.Add(live ?? await ReadAsync(scene, variation, mark, parts, cancel));
            marks.Add(mark);
            all.AddRange(parts);
        }
        IReadOnlyList<string> left = [];
        if (scene.IsAttack)
        {
            string without = Path.Combine(lab.Folder, scene.Name + "-without.pcap");
            JoinedCapture.WriteWithout(without, all, marks);
            left = [.. (await sensor.AnalyzeAsync(without, cancel)).Select(finding => finding.Type).Where(SceneFindings.Of(scene.Name).Contains).Distinct()];
        }
        return new JudgedLive(scene, judged, left);
    }

    /// <summary>Judges what was recorded: findings that were seen since the scene began.</summary>
    private async Task<JudgedVariation> ReadAsync(IScene scene, int variation, SceneMark mark, IReadOnlyList<(Department, string)> parts, CancellationToken cancel)
    {
        string capture = Path.Combine(lab.Folder, $"{scene.Name}-{variation}.pcap");
        JoinedCapture.Write(capture, parts, new TimeWarp(0, 0, 1), [mark]);
        DateTimeOffset began = DateTimeOffset.UnixEpoch.AddMicroseconds(mark.Begin);
        IReadOnlyList<string> expected = SceneFindings.Of(scene.Name);
        LiveFinding[] since = [.. (await sensor.AnalyzeAsync(capture, cancel)).Where(finding => finding.Last >= began)];
        LiveFinding? found = since.FirstOrDefault(finding => expected.Contains(finding.Type));
        return new JudgedVariation(variation, found is null ? null : Math.Max(0, (found.First - began).TotalSeconds), found, [.. since.Where(finding => !expected.Contains(finding.Type))]);
    }

    private async Task<JudgedVariation> WatchAsync(IScene scene, int variation, DateTimeOffset began, TimeSpan within, CancellationToken cancel)
    {
        // What tells of an attack counts against its twin.
        IReadOnlyList<string> expected = SceneFindings.Of(scene.Name), asked = SceneFindings.Of(scene.AttackName);
        Stopwatch watched = Stopwatch.StartNew();
        while (true)
        {
            LiveFinding[] since = [.. (await sensor.FindingsAsync(asked, cancel)).Where(finding => finding.Last >= began)];
            LiveFinding? found = since.FirstOrDefault(finding => expected.Contains(finding.Type));
            if (found is not null || watched.Elapsed > within)
                return new JudgedVariation(variation, found is null ? null : (DateTimeOffset.UtcNow - began).TotalSeconds, found, [.. since.Where(finding => !expected.Contains(finding.Type))]);
            await Task.Delay(Between, cancel);
        }
    }
}
