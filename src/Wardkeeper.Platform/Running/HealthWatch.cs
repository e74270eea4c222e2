using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Health;
using Wardkeeper.Sensor.Capture.Live;
using Wardkeeper.Sensor.Checks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Running;

/// <summary>Looks after everything every few seconds: how it is doing, and since when something is the matter.</summary>
internal sealed class HealthWatch(IServiceProvider services, Up.Readiness readiness, SensorsRuntime sensors, IChangeFeed feed, TimeProvider clock) : BackgroundService, IHealth
{
    /// <summary>The topic of the change feed: what is the matter changed.</summary>
    public const string Topic = "health";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5), Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Code, string Subject), CaptureTime> since = [];
    private readonly SensorHealthReader reader = new(clock);
    private readonly CaptureTime started = clock.Now();
    private HealthReport? latest;

    /// <inheritdoc/>
    public HealthReport Look()
    {
        lock (gate)
        {
            CaptureTime now = clock.Now();
            if (latest is { } held && now.Since(held.At) is { Ticks: >= 0 } age && age < Fresh) return held;
            bool isReady = readiness.WaitingFor is null;
            SensorHealth[] all = [.. sensors.Runs.Select(reader.Read)];
            List<HealthProblem> found = [.. HealthProblems.Of(sensors.Runs, all, services.GetRequiredService<StoreHealth>(), reader, isReady, now)];
            IReadOnlyList<BlindDetector> blind = isReady ? DetectorsBlind.Of(services) : [];
            latest = new HealthReport(now, started, all, StorageReader.Read(services, isReady), DetectorsBlind.Count, blind, Dated(found, now)) { Site = isReady ? services.GetRequiredService<SiteKnowledge>().Look() : null };
            return latest;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NetworkInterface> Interfaces()
    {
        IReadOnlyDictionary<string, long> received = SensorFactsReader.Received();
        HashSet<string> heard = [.. sensors.Runs.Select(run => run.Source).OfType<LiveSource>().SelectMany(source => source.Interfaces).Select(one => one.Name)];
        string[] names = [.. received.Keys.Where(name => name != "lo" || heard.Contains(name)).Order(StringComparer.Ordinal)];
        return [.. SensorFactsReader.Read(names, null, []).Interfaces.Select(one => new NetworkInterface(one.Name, one is { IsUp: true, HasCarrier: true }, received.GetValueOrDefault(one.Name), one.Addresses, heard.Contains(one.Name)))];
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, clock);
        string told = "";
        try
        {
            do
            {
                HealthReport report = Look();
                string now = string.Join('|', report.Problems.Select(problem => problem.Code + problem.Subject).Append($"{report.Seeing}/{report.Listening}"));
                if (now == told) continue;
                told = now;
                feed.Publish(Topic);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    /// <summary>Gives each problem the time since when it is known, and forgets those that are over.</summary>
    private List<HealthProblem> Dated(List<HealthProblem> found, CaptureTime now)
    {
        HashSet<(string, string)> here = [.. found.Select(problem => (problem.Code, problem.Subject))];
        foreach ((string, string) over in since.Keys.Where(key => !here.Contains(key)).ToArray()) since.Remove(over);
        for (int i = 0; i < found.Count; i++)
        {
            HealthProblem problem = found[i];
            CaptureTime first = problem.Since.Nanoseconds > 0 ? problem.Since : now;
            if (since.TryGetValue((problem.Code, problem.Subject), out CaptureTime known) && known < first) first = known;
            since[(problem.Code, problem.Subject)] = first;
            found[i] = problem with { Since = first };
        }
        return [.. found.OrderByDescending(problem => problem.IsGrave).ThenBy(problem => problem.Since)];
    }
}
