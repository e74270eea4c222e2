using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>Wall-clock time, for what people do; never for what was observed.</summary>
internal static class WallClock
{
    /// <summary>Now.</summary>
    public static CaptureTime Now(this TimeProvider time) => CaptureTime.FromDate(time.GetUtcNow());

    /// <summary>Later by a span.</summary>
    public static CaptureTime Plus(this CaptureTime at, TimeSpan span) => new(at.Nanoseconds + (span.Ticks * 100));

    /// <summary>The whole second that a moment lies in: what an address can name.</summary>
    public static CaptureTime WholeSecond(this CaptureTime at) => new(at.Nanoseconds - (at.Nanoseconds % CaptureTime.PerSecond));

    /// <summary>As a date.</summary>
    public static DateTimeOffset ToDate(this CaptureTime at) => DateTimeOffset.UnixEpoch.AddTicks(at.Nanoseconds / 100);
}
