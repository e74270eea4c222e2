using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>Says of each detector whether it could fire now, and what stands in its way. Silence of a detector that cannot fire is not safety.</summary>
public interface IDetectorReadiness
{
    /// <summary>Every detector, in the order of the registry.</summary>
    Task<IReadOnlyList<DetectorState>> LookAsync(CancellationToken cancel = default);

    /// <summary>When sensors were blind between two moments of capture time, the earliest first.</summary>
    IReadOnlyList<BlindSpan> BlindBetween(CaptureTime from, CaptureTime to);
}

/// <summary>How a detector stands.</summary>
/// <param name="Detector">Its name; its page is <c>docs/detections/NAME.md</c>.</param>
/// <param name="Types">Types of finding that it raises.</param>
/// <param name="Blind">Why it cannot fire at all; empty when it can.</param>
/// <param name="Weak">What it does not see though it can fire.</param>
public sealed record DetectorState(string Detector, IReadOnlyList<string> Types, IReadOnlyList<PhraseKey> Blind, IReadOnlyList<PhraseKey> Weak)
{
    /// <summary>When it could not see in the latest days, since a sensor did not; the earliest first. Empty for one that judges no traffic.</summary>
    public IReadOnlyList<BlindSpan> Unseen { get; init; } = [];

    /// <summary>Whether it could fire now.</summary>
    public bool CanFire => Blind.Count == 0;

    /// <summary>Everything that stands in its way, what blinds it first.</summary>
    public IEnumerable<PhraseKey> Reasons => Blind.Concat(Weak);
}

/// <summary>What readiness is decided on.</summary>
internal sealed record ReadinessFacts
{
    /// <summary>Whether people keep owners and life cycles.</summary>
    public required bool HasRegister { get; init; }

    /// <summary>Whether a table of the border is in force.</summary>
    public required bool HasPublishing { get; init; }

    /// <summary>Whether an open finding says that a sensor sees one side only.</summary>
    public required bool IsOneSided { get; init; }

    /// <summary>First row of history; null when there is none.</summary>
    public required CaptureTime? First { get; init; }

    /// <summary>Latest row of history; null when there is none.</summary>
    public required CaptureTime? Last { get; init; }

    /// <summary>Logs with rows in the latest days of history.</summary>
    public required IReadOnlySet<string> Logs { get; init; }

    /// <summary>When sensors were blind in the latest days.</summary>
    public IReadOnlyList<BlindSpan> Unseen { get; init; } = [];

    /// <summary>Whether history could be read; else nothing is said of rows.</summary>
    public bool IsHistoryReadable { get; init; } = true;
}

/// <summary>Looks at ledger, history and findings.</summary>
internal sealed class DetectorReadiness(IDeviceDirectory devices, DetectionPath detection, IHistoryQueries history, IFindingQueries findings) : IDetectorReadiness
{
    /// <summary>A log without rows for so many days of capture time counts as not seen: what a ward does, it does within a week.</summary>
    public const int Days = 7;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DetectorState>> LookAsync(CancellationToken cancel = default)
    {
        ReadinessFacts facts = new()
        {
            HasRegister = devices.HasRegister,
            HasPublishing = detection.HasPublishing,
            IsOneSided = await findings.CountAsync(new FindingFilter { IsOpen = true, Types = ["one-sided-traffic"] }, cancel) > 0,
            First = null,
            Last = null,
            Logs = new HashSet<string>(),
            Unseen = Latest(detection.Blind.Spans),
        };
        try
        {
            HistoryRange range = await history.RangeAsync(cancel);
            IReadOnlyList<LogSeen> logs = range.Last is { } last ? await history.LogsAsync(new TransactionFilter { From = new CaptureTime(last.Nanoseconds - (Days * 86_400L * CaptureTime.PerSecond)) }, cancel) : [];
            facts = facts with { First = range.First, Last = range.Last, Logs = logs.Select(log => log.Log).ToHashSet(StringComparer.Ordinal) };
        }
        catch (HistoryUnavailableException)
        {
            facts = facts with { IsHistoryReadable = false };
        }
        return Of(facts);
    }

    /// <inheritdoc/>
    public IReadOnlyList<BlindSpan> BlindBetween(CaptureTime from, CaptureTime to) => [.. detection.Blind.Spans.Where(one => one.Touches(from, to))];

    private static BlindSpan[] Latest(IReadOnlyList<BlindSpan> spans)
    {
        if (spans.Count == 0) return [];
        CaptureTime since = new(spans.Max(one => one.To).Nanoseconds - (Days * 86_400L * CaptureTime.PerSecond));
        return [.. spans.Where(one => one.To >= since)];
    }

    /// <summary>Decides it.</summary>
    internal static IReadOnlyList<DetectorState> Of(ReadinessFacts facts) => [.. DetectorRegistry.All.Select(detector => Of(detector, facts))];

    private static DetectorState Of(Detector detector, ReadinessFacts facts)
    {
        DetectorInfo info = detector.Info;
        List<PhraseKey> blind = [], weak = [];
        if (info.NeedsRegister && !facts.HasRegister) blind.Add(Say("cannot-fire.no-register"));
        if (info.NeedsPublishing && !facts.HasPublishing) blind.Add(Say("cannot-fire.no-publishing"));
        if (facts.IsHistoryReadable && detector.ReadsTraffic)
        {
            if (facts.Last is null) blind.Add(Say("cannot-fire.nothing-seen"));
            else
            {
                string[] unseen = [.. info.Logs.Where(log => !facts.Logs.Contains(log)).Order(StringComparer.Ordinal)];
                if (unseen.Length > 0) (detector.ReadsRowsOnly && unseen.Length == info.Logs.Count ? blind : weak).Add(Say("cannot-fire.no-rows", string.Join(", ", unseen), Days.ToString(CultureInfo.InvariantCulture)));
                if (info.Learns is { } learns && facts.First is { } first && facts.Last.Value.Since(first) < learns) blind.Add(Say("cannot-fire.learning", Minute(new CaptureTime(first.Nanoseconds + (learns.Ticks * 100)))));
            }
        }
        if (facts.IsOneSided && detector.ReadsTraffic) weak.Add(Say("cannot-fire.one-sided"));
        return new DetectorState(info.Name, [.. info.Types.Select(type => type.Name)], blind, weak) { Unseen = detector.ReadsTraffic ? facts.Unseen : [] };
    }

    private static PhraseKey Say(string key, params string[] arguments) => new(key, arguments);

    private static string Minute(CaptureTime at) => DateTimeOffset.FromUnixTimeSeconds(at.Nanoseconds / CaptureTime.PerSecond).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
