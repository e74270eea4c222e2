using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>
/// Tells from what sensors count when they were blind: packets dropped, flows let go for want of room, batches that found the spool full, and times
/// from which no word of a sensor came. A sensor that lives says so every ten seconds, also when nobody speaks.
/// </summary>
/// <param name="spans">Where spans are remembered.</param>
/// <param name="sensors">Where it is remembered when each sensor was heard last.</param>
internal sealed class BlindWatch(RecentState<long, BlindWatch.Span> spans, RecentState<string, BlindWatch.Heard> sensors) : IBlindSpans
{
    /// <summary>A share of dropped packets that every mirror has.</summary>
    public const double DropShare = 0.0001;

    private const long Apart = 60 * CaptureTime.PerSecond, LifeSign = 10 * CaptureTime.PerSecond, Silence = 60 * CaptureTime.PerSecond;
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public IReadOnlyList<BlindSpan> Spans
    {
        get
        {
            lock (gate) return [.. spans.All.Select(one => one.Value).OrderBy(one => one.From.Nanoseconds).Select(one => new BlindSpan(one.Sensor, one.From, one.To, one.Cause, one.Amount))];
        }
    }

    /// <summary>A sensor counted.</summary>
    public void Take(SensorReport seen)
    {
        // A capture is read at its own pace: hours without a packet say nothing of who read it.
        bool isCapture = seen.Sensor == "capture" || seen.Sensor.StartsWith("capture:", StringComparison.Ordinal);
        if (seen.At.Nanoseconds <= 0 || isCapture) return;
        lock (gate)
        {
            Heard heard = sensors.Of(seen.Sensor);
            CaptureTime before = heard.At.Nanoseconds == 0 ? seen.At : heard.At;
            // A word without traffic brings no new time; each stands for the time that such words are apart.
            CaptureTime alive = new(Math.Min(before.Nanoseconds + (heard.SignsSince * LifeSign), seen.At.Nanoseconds));
            if (seen.At.Nanoseconds - alive.Nanoseconds > Silence) Note(seen.Sensor, alive, seen.At, BlindCause.Outage, (seen.At.Nanoseconds - alive.Nanoseconds) / CaptureTime.PerSecond);
            long packets = seen.Counters.GetValueOrDefault("packets"), drops = seen.Counters.GetValueOrDefault("kernel-drops");
            if (drops > (packets + drops) * DropShare) Note(seen.Sensor, alive, seen.At, BlindCause.Loss, drops);
            if (seen.Counters.GetValueOrDefault("flow-evicted") is > 0 and var evicted) Note(seen.Sensor, alive, seen.At, BlindCause.Overload, evicted);
            if (seen.Counters.GetValueOrDefault("spool-dropped-batches") is > 0 and var dropped) Note(seen.Sensor, alive, seen.At, BlindCause.Backlog, dropped);
            if (seen.At > heard.At) (heard.At, heard.SignsSince) = (seen.At, 0);
            else heard.SignsSince++;
        }
    }

    /// <summary>What goes on from what was noted last is one span.</summary>
    private void Note(string sensor, CaptureTime from, CaptureTime to, BlindCause cause, long amount)
    {
        Span? last = spans.All.Select(one => one.Value).LastOrDefault(one => one.Sensor == sensor && one.Cause == cause);
        if (last is not null && from.Nanoseconds - last.To.Nanoseconds <= Apart && from >= last.From)
        {
            (last.To, last.Amount) = (to > last.To ? to : last.To, last.Amount + amount);
            return;
        }
        Span made = spans.Of(spans.All.Select(one => one.Key).DefaultIfEmpty(0).Max() + 1);
        (made.Sensor, made.From, made.To, made.Cause, made.Amount) = (sensor, from, to, cause, amount);
    }

    /// <summary>A span as it is remembered.</summary>
    internal sealed class Span
    {
        public string Sensor { get; set; } = "";

        public CaptureTime From { get; set; }

        public CaptureTime To { get; set; }

        public BlindCause Cause { get; set; }

        public long Amount { get; set; }
    }

    /// <summary>When a sensor was heard last, and how often since without traffic.</summary>
    internal sealed class Heard
    {
        public CaptureTime At { get; set; }

        public long SignsSince { get; set; }
    }
}
