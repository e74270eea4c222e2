using Wardkeeper.Sensor.Capture.Live;

namespace Wardkeeper.Sensor.Tests.Capture.Live;

public class ClockStepsTests
{
    [Fact]
    public void A_clock_that_is_set_either_way_is_noticed_and_one_that_drifts_is_not()
    {
        SetClock clock = new();
        ClockSteps steps = new(clock);
        for (int second = 0; second < 1_000; second++)
        {
            // Half a thousandth, as fast as a time server may draw a clock.
            clock.Pass(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(0.5));
            steps.Look();
        }
        Assert.Equal(0, steps.Count);
        clock.Pass(TimeSpan.FromSeconds(1), TimeSpan.FromHours(-1));
        steps.Look();
        steps.Look();
        Assert.Equal(1, steps.Count);
        clock.Pass(TimeSpan.FromSeconds(1), TimeSpan.FromDays(2));
        steps.Look();
        clock.Pass(TimeSpan.FromHours(9), TimeSpan.Zero);
        steps.Look();
        Assert.Equal(2, steps.Count);
    }

    private sealed class SetClock : TimeProvider
    {
        private DateTimeOffset shown = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
        private long passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => shown;

        public override long GetTimestamp() => passed;

        public void Pass(TimeSpan time, TimeSpan set)
        {
            passed += time.Ticks;
            shown += time + set;
        }
    }
}
