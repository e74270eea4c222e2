namespace Wardkeeper.Sensor.Tests.Capture;

/// <summary>A clock that stands still until somebody waits: the wait then takes no time and the clock has moved on by it.</summary>
internal sealed class SteppingClock(DateTimeOffset start) : TimeProvider
{
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => ticks;

    public override DateTimeOffset GetUtcNow() => start.AddTicks(ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Assert.True(dueTime > TimeSpan.Zero, "somebody waits for nothing");
        ticks += dueTime.Ticks;
        callback(state);
        return new Fired();
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
