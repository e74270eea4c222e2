using Wardkeeper.Platform.Running;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Tests.Running;

public class HealthProblemsTests
{
    private static readonly CaptureTime Seen = CaptureTime.FromDate(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(-3600, 3600)]
    [InlineData(-1, 1)]
    [InlineData(-0.9, null)]
    [InlineData(0, null)]
    [InlineData(5, null)]
    public void A_clock_behind_what_was_seen_was_set_back(double movedBySeconds, int? behind) =>
        Assert.Equal(behind, HealthProblems.ClockBack(Seen, new CaptureTime(Seen.Nanoseconds + (long)(movedBySeconds * CaptureTime.PerSecond)))?.TotalSeconds);

    [Fact]
    public void A_sensor_that_saw_nothing_says_nothing_of_the_clock() => Assert.Null(HealthProblems.ClockBack(default, Seen));
}
