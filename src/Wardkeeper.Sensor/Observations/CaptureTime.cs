namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// A moment as the capture states it, in nanoseconds since 1970-01-01T00:00:00Z. Analysis knows no other clock, so that
/// the same packets give the same output whenever they are read.
/// </summary>
/// <param name="Nanoseconds">Nanoseconds since the Unix epoch; negative before it.</param>
public readonly record struct CaptureTime(long Nanoseconds) : IComparable<CaptureTime>
{
    /// <summary>Nanoseconds in one second.</summary>
    public const long PerSecond = 1_000_000_000;

    /// <summary>Seconds since the epoch, as Zeek's <c>ts</c> writes them.</summary>
    public double Seconds => Nanoseconds / (double)PerSecond;

    /// <summary>Makes a time from whole seconds and nanoseconds.</summary>
    public static CaptureTime FromSeconds(long seconds, long nanoseconds = 0) => new((seconds * PerSecond) + nanoseconds);

    /// <summary>A date as a moment, to 100 nanoseconds.</summary>
    public static CaptureTime FromDate(DateTimeOffset date) => new((date - DateTimeOffset.UnixEpoch).Ticks * 100);

    /// <summary>The span from an earlier time to this one.</summary>
    public TimeSpan Since(CaptureTime earlier) => new((Nanoseconds - earlier.Nanoseconds) / 100);

    /// <inheritdoc/>
    public int CompareTo(CaptureTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Earlier than.</summary>
    public static bool operator <(CaptureTime left, CaptureTime right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Later than.</summary>
    public static bool operator >(CaptureTime left, CaptureTime right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Not later than.</summary>
    public static bool operator <=(CaptureTime left, CaptureTime right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(CaptureTime left, CaptureTime right) => left.Nanoseconds >= right.Nanoseconds;
}
