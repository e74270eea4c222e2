using Wardkeeper.Hub.Detection.Detectors;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>
/// Compares indicators that came new with what is stored of the days before, an hour of traffic at a time, so that other questions
/// get their turn and little is held. What was seen then goes to the detector of indicators by the same door as batches do.
/// </summary>
internal sealed class LookBack(IHistoryQueries history, IPastTraffic past, DetectionPath detection, IFindingDoor door)
{
    /// <summary>How far back is looked, in days of capture time before the latest that is stored.</summary>
    public const int Days = 30;

    private const int MostHeld = 10_000, Tries = 3;
    private static readonly TimeSpan Step = TimeSpan.FromHours(1), Pause = TimeSpan.FromSeconds(1);

    /// <summary>The span that would be looked through now; null while nothing is stored.</summary>
    public async Task<LookBackState?> SpanAsync(CancellationToken cancel)
    {
        HistoryRange range = await history.RangeAsync(cancel);
        if (range is not { First: { } first, Last: { } last }) return null;
        CaptureTime end = new(last.Nanoseconds + 1), least = new(last.Nanoseconds - (Days * 86_400L * CaptureTime.PerSecond));
        CaptureTime from = first > least ? first : least;
        return new LookBackState(from, end) { Done = from };
    }

    /// <summary>Looks through what is left of a span, and tells how far it is after each day of it: what was seen until then is raised.</summary>
    /// <param name="set">What is looked for.</param>
    /// <param name="state">How far it is.</param>
    /// <param name="told">Keeps how far it is; says whether the rest is still wanted.</param>
    /// <param name="clock">Wall clock, for the pause before a question is asked again.</param>
    /// <param name="cancel">Stops; what was not told is looked through again.</param>
    public async Task RunAsync(IndicatorSet set, LookBackState state, Func<LookBackState, bool> told, TimeProvider clock, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(told);
        Dictionary<string, PastTraffic> held = new(StringComparer.Ordinal);
        Knowledge then = detection.Known with { Indicators = set };
        int hours = 0;
        while (!state.IsDone)
        {
            CaptureTime next = new(Math.Min(state.Done.Nanoseconds + (Step.Ticks * 100), state.To.Nanoseconds));
            if (await ReadAsync(state.Done, next, one => IndicatorSeen.IsListed(one, in then), clock, cancel) is { } found)
            {
                foreach (PastTraffic one in found.OrderBy(one => one.First).ThenBy(one => one.Key, StringComparer.Ordinal)) held[one.Key] = held.TryGetValue(one.Key, out PastTraffic? known) ? known.And(one) : one;
            }
            else state = state with { HoursUnread = state.HoursUnread + 1 };
            state = state with { Done = next };
            if (++hours % 24 != 0 && held.Count < MostHeld && !state.IsDone) continue;
            state = state with { Hits = state.Hits + held.Values.Sum(one => one.Times) };
            await RaiseAsync([.. held.Values], set, cancel);
            held.Clear();
            if (!told(state)) return;
        }
    }

    /// <summary>An hour of history; null when it could not be read though it was asked several times: then the rest is looked through without it.</summary>
    private async Task<IReadOnlyList<PastTraffic>?> ReadAsync(CaptureTime from, CaptureTime to, Func<PastTraffic, bool> wanted, TimeProvider clock, CancellationToken cancel)
    {
        for (int i = 0; i < Tries; i++)
        {
            try
            {
                return await past.ReadAsync(from, to, wanted, cancel);
            }
            catch (HistoryUnavailableException) when (i < Tries - 1)
            {
                await Task.Delay(Pause, clock, cancel);
            }
            catch (HistoryUnavailableException)
            {
                // Told as an hour that could not be read.
            }
        }
        return null;
    }

    private async Task RaiseAsync(PastTraffic[] seen, IndicatorSet set, CancellationToken cancel)
    {
        if (seen.Length == 0) return;
        await door.TakeAsync(
            () =>
            {
                foreach (PastTraffic one in seen.OrderBy(one => one.First).ThenBy(one => one.Key, StringComparer.Ordinal)) detection.Take(one, set);
            },
            cancel);
    }
}
