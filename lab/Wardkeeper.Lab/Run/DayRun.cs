using System.Diagnostics;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Run;

/// <summary>
/// Lets a planned day happen, faster than a real one. Every event begins at its time; several run side by side, but what one
/// device does it does in order, and so does what concerns one thing, such as an examination. An event that fails is remembered
/// and the day goes on.
/// </summary>
internal sealed class DayRun(HospitalSite site, double speed)
{
    private const int AtOnce = 8;
    private readonly List<(LabEvent What, string Why)> failures = [];
    private int done;

    /// <summary>Events that did not happen as planned.</summary>
    public IReadOnlyList<(LabEvent What, string Why)> Failures => failures;

    /// <summary>Events done so far.</summary>
    public int Done => done;

    /// <summary>Time of the day of the event that began last.</summary>
    public TimeSpan At { get; private set; }

    /// <summary>Runs the events and returns when the last is over.</summary>
    /// <param name="events">In the order of their times.</param>
    /// <param name="from">Time of the day at which the run begins.</param>
    /// <param name="cancel">Begins nothing more.</param>
    public async Task RunAsync(IReadOnlyList<LabEvent> events, TimeSpan from, CancellationToken cancel)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using SemaphoreSlim places = new(AtOnce);
        Dictionary<string, Task> last = new(StringComparer.Ordinal);
        try
        {
            foreach (LabEvent what in events)
            {
                TimeSpan wait = ((what.At - from) / speed) - clock.Elapsed;
                if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel);
                At = what.At;
                string[] keys = what.Subject is { } subject ? [what.Actor, "/" + subject] : [what.Actor];
                Task before = Task.WhenAll(keys.Select(key => last.GetValueOrDefault(key, Task.CompletedTask))), now = DoAsync(before, what, places, cancel);
                foreach (string key in keys) last[key] = now;
            }
        }
        finally
        {
            await Task.WhenAll(last.Values);
        }
        cancel.ThrowIfCancellationRequested();
    }

    private async Task DoAsync(Task before, LabEvent what, SemaphoreSlim places, CancellationToken cancel)
    {
        await before;
        try
        {
            await places.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        try
        {
            await ActorRegistry.ActAsync(what, site, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The day is over.
        }
#pragma warning disable CA1031 // Whatever goes wrong in one event is that event's failure, told at the end with the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            lock (failures) failures.Add((what, e is LabException or IOException ? e.Message : e.ToString()));
        }
        finally
        {
            Interlocked.Increment(ref done);
            places.Release();
        }
    }
}
