using Wardkeeper.Hub.Health;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Capture.Live;
using Wardkeeper.Sensor.Checks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Running;

/// <summary>Everything that is the matter with sensors and stores, with what is lost meanwhile and how to mend it.</summary>
internal static class HealthProblems
{
    private static readonly CaptureTime Unknown = new(0);

    /// <summary>What is the matter now; the time since when is filled in by whoever remembers.</summary>
    public static IEnumerable<HealthProblem> Of(IReadOnlyList<SensorRun> runs, IReadOnlyList<SensorHealth> sensors, StoreHealth stores, SensorHealthReader reader, bool isReady, CaptureTime now)
    {
        if (isReady && runs.Count == 0) yield return Make("no-source", "", true);
        for (int i = 0; i < runs.Count; i++)
        {
            foreach (HealthProblem problem in Sensor(runs[i], sensors[i], reader, now)) yield return problem;
        }
        LiveSource[] live = [.. runs.Select(run => run.Source).OfType<LiveSource>()];
        if (live.Length > 0)
        {
            foreach (HealthProblem problem in Checks(runs, live)) yield return problem;
        }
        foreach (StoreTrouble trouble in stores.Troubles) yield return Store(trouble, now);
    }

    private static IEnumerable<HealthProblem> Sensor(SensorRun run, SensorHealth health, SensorHealthReader reader, CaptureTime now)
    {
        string name = health.Name;
        if (run.HasFailed) yield return Make("sensor-ended", name, true, null, name);
        if (run.Link.Trouble is { } trouble) yield return Make("sensor-trouble", name, true, trouble, name);
        long dropped = run.Link.Publisher.DroppedBatches + (run.IsStopped ? 0 : run.Link.Outbox.Abandoned);
        if (dropped > 0) yield return Make("batches-dropped", name, true, null, dropped, name);
        foreach (InterfaceHealth one in health.Interfaces.Where(one => one.State is not ("capturing" or "starting")))
        {
            HealthText state = HealthText.Raw("state." + one.State), what = HealthText.Raw("interface-state.what");
            yield return Make("interface-state", one.Name, true, one.Detail.Length > 0 ? one.Detail : null) with { What = new HealthText(Fill(what.English, one.Name, state.English), Fill(what.Chinese, one.Name, state.Chinese)) };
        }
        if (health is { Kind: SensorKind.Live, HasEnded: false } && reader.SilentFor(name) is var silent && silent >= SensorHealthReader.Silence && health.Interfaces.Any(one => one.State == "capturing"))
            yield return Make("no-packets", string.Join(", ", health.Interfaces.Where(one => one.State == "capturing").Select(one => one.Name)), true, null, string.Join(", ", health.Interfaces.Select(one => one.Name)), (long)silent.TotalSeconds);
        if (run.Source is LiveSource live && ClockBack(live.Now, now) is { } behind) yield return Make("clock-back", name, true, null, name, (long)behind.TotalSeconds);
        foreach (CaptureProblem problem in run.Source.Problems.Take(5)) yield return Make("capture-problem", problem.Source, false, problem.Detail, problem.Source);
    }

    /// <summary>How far the clock is behind what a live sensor has seen; null when it is not, or nothing was seen. Capture time follows the clock at a distance, so only one that was set back is.</summary>
    internal static TimeSpan? ClockBack(CaptureTime seen, CaptureTime now) => seen.Nanoseconds > 0 && seen.Since(now) is var behind && behind >= TimeSpan.FromSeconds(1) ? behind : null;

    /// <summary>The sensor's own checks, which bring their own words. What an interface's state says already is not said twice.</summary>
    private static IEnumerable<HealthProblem> Checks(IReadOnlyList<SensorRun> runs, LiveSource[] live)
    {
        LiveInterfaceStatus[] status = [.. live.SelectMany(source => source.Interfaces)];
        TrafficFacts[] traffic = [.. runs.Where(run => run.Source is LiveSource).Select(run => run.Tally.Facts(run.Packets, run.Counters))];
        SensorFacts facts = SensorFactsReader.Read([.. status.Select(one => one.Name)], runs.First(run => run.Source is LiveSource).SentBefore, status) with
        {
            Traffic = new TrafficFacts(traffic.Sum(one => one.Packets), traffic.Sum(one => one.MirrorCopies), traffic.Sum(one => one.RoutedCopies), traffic.Sum(one => one.TcpFlows), traffic.Sum(one => one.OneSidedTcpFlows)),
            TimeServersAhead = runs.Where(run => run.Source is LiveSource).Select(run => run.Tally.TimeServersAhead).FirstOrDefault(ahead => ahead is not null),
        };
        return SensorChecks.Run(facts).Where(check => check.State is SensorCheckState.Warning or SensorCheckState.Failed && check.Id is not ("interface-exists" or "interface-up")).Select(check => new HealthProblem(
            "check-" + check.Id,
            check.Subject,
            check.State == SensorCheckState.Failed,
            Unknown,
            new HealthText(check.Found(false), check.Found(true)),
            new HealthText(check.Meaning(false), check.Meaning(true)),
            new HealthText(check.Mend(false), check.Mend(true))));
    }

    private static HealthProblem Store(StoreTrouble trouble, CaptureTime now)
    {
        string kind = trouble.Kind switch
        {
            StoreTroubleKind.DiskFull => "disk-full",
            StoreTroubleKind.Busy => "busy",
            StoreTroubleKind.Unreachable => "unreachable",
            StoreTroubleKind.Damaged => "damaged",
            StoreTroubleKind.RetentionAtRisk => "retention-at-risk",
            StoreTroubleKind.DeletedEarly => "deleted-early",
            StoreTroubleKind.Defect => "defect",
            _ => "failing",
        };
        CaptureTime since = new(Math.Min(now.Nanoseconds, CaptureTime.FromDate(trouble.Since).Nanoseconds));
        return Make("store." + kind, trouble.Store, trouble.Kind is not (StoreTroubleKind.Busy or StoreTroubleKind.RetentionAtRisk), trouble.Message, trouble.Store) with { Since = since };
    }

    private static HealthProblem Make(string code, string subject, bool isGrave, string? detail = null, params object[] values) =>
        new(code, subject, isGrave, Unknown, values.Length == 0 ? HealthText.Raw(code + ".what") : HealthText.Of(code + ".what", values), HealthText.Raw(code + ".lost"), HealthText.Raw(code + ".mend"), detail);

    private static string Fill(string text, params object[] values) => string.Format(System.Globalization.CultureInfo.InvariantCulture, text, values);
}
