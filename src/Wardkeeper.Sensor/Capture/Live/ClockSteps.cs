namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>Notices that somebody set the clock: it then shows another time than has passed. A clock that a time server slows down or speeds up is not set.</summary>
internal sealed class ClockSteps(TimeProvider clock)
{
    /// <summary>Less is what reading two clocks one after the other, or a leap second smeared over an hour, may make.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private DateTimeOffset shown = clock.GetUtcNow();
    private long stamp = clock.GetTimestamp();
    private long count;

    /// <summary>How often it was set, forward or back. Any thread may ask.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>Looks at the clock; often, since what is between two looks counts once.</summary>
    public void Look()
    {
        (DateTimeOffset now, long at) = (clock.GetUtcNow(), clock.GetTimestamp());
        TimeSpan step = now - shown - clock.GetElapsedTime(stamp, at);
        (shown, stamp) = (now, at);
        if (step.Duration() >= Least) Interlocked.Increment(ref count);
    }
}
