using System.Diagnostics;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Run;

/// <summary>
/// Lets a planned day happen, faster than a real one. Every event begins at its time; several run side by side, but what one
/// device does it does in order. An event that fails is remembered and the day goes on.
/// </summary>
internal sealed class DayRun(HospitalSite site, double speed)
{
    private const int AtOnce = 8;
    private readonly List<(LabEvent What, string Why)> failures = [];
    private TimeSpan latest;

    /// <summary>Events that did not happen as planned.</summary>
    public IReadOnlyList<(LabEvent What, string Why)> Failures => failures;

    /// <summary>How late an event began at most, in time of the lab.</summary>
    public TimeSpan Latest => latest;

    /// <summary>Events done so far.</summary>
    public int Done { get; private set; }

    /// <summary>Runs the events and returns when the last is over.</summary>
    /// <param name="events">In the order of their times.</param>
    /// <param name="from">Time of the day at which the run begins.</param>
    /// <param name="cancel">Begins nothing more.</param>
    public async Task RunAsync(IReadOnlyList<LabEvent> events, TimeSpan from, CancellationToken cancel)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using SemaphoreSlim places = new(AtOnce);
        Dictionary<string, Task> lastOf = new(StringComparer.Ordinal);
        foreach (LabEvent what in events)
        {
            TimeSpan due = (what.At - from) / speed, wait = due - clock.Elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel);
            await places.WaitAsync(cancel);
            if (clock.Elapsed - due is { } late && late > latest) latest = late;
            Task before = lastOf.GetValueOrDefault(what.Actor, Task.CompletedTask);
            lastOf[what.Actor] = DoAsync(before, what, places, cancel);
        }
        await Task.WhenAll(lastOf.Values);
    }

    private async Task DoAsync(Task before, LabEvent what, SemaphoreSlim places, CancellationToken cancel)
    {
        try
        {
            await before;
            await ActorRegistry.ActAsync(what, site, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The day is over.
        }
        catch (Exception e) when (e is LabException or IOException or System.Net.Sockets.SocketException or InvalidOperationException or TimeoutException)
        {
            lock (failures) failures.Add((what, e.Message));
        }
        finally
        {
            lock (failures) Done++;
            places.Release();
        }
    }
}
