using Wardkeeper.Hub.Detection;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>From when to when a sensor was blind, from what it counts and from its silence.</summary>
public class BlindWatchTests
{
    private readonly BlindWatch watch = new(new RecentState<long, BlindWatch.Span>(4), new RecentState<string, BlindWatch.Heard>(4));

    [Fact]
    public void What_is_dropped_makes_a_span_and_what_goes_on_makes_it_longer()
    {
        Heard("eth1", 100).Heard("eth1", 110, ("packets", 1000), ("kernel-drops", 5)).Heard("eth1", 130, ("packets", 1000), ("kernel-drops", 7)).Heard("eth1", 140);
        Heard("eth1", 195).Heard("eth1", 250, ("packets", 1000), ("kernel-drops", 1)).Heard("eth1", 260, ("packets", 1_000_000), ("kernel-drops", 1));
        Assert.Equal(["Loss 100-130 12", "Loss 195-250 1"], Told());
    }

    [Fact]
    public void Overload_and_a_full_spool_are_told_apart()
    {
        Heard("eth1", 100).Heard("eth1", 110, ("flow-evicted", 3)).Heard("eth1", 120, ("spool-dropped-batches", 2), ("flow-evicted", 1));
        Assert.Equal(["Overload 100-120 4", "Backlog 110-120 2"], Told());
        BlindSpan span = watch.Spans[1];
        Assert.Equal("1970-01-01 00:01:50 UTC to 1970-01-01 00:02:00 UTC: the spool of sensor eth1 was full, 2 batches were dropped", span.Said.In(chinese: false));
        Assert.Contains("eth1", span.Said.In(chinese: true), StringComparison.Ordinal);
        Assert.True(span.Touches(At(115), At(400)) && span.Touches(At(0), At(110)) && !span.Touches(At(121), At(400)));
    }

    [Fact]
    public void Silence_is_an_outage_unless_the_sensor_said_that_it_lives()
    {
        Heard("eth1", 100).Heard("eth2", 100).Heard("eth1", 155).Heard("eth2", 900);
        // Nobody spoke for ten minutes; the sensor said so every ten seconds.
        for (int i = 0; i < 60; i++) Heard("eth1", 155);
        Heard("eth1", 760);
        Assert.Equal(["Outage 100-900 800"], Told());
        // It lived for a minute more, then it did not.
        for (int i = 0; i < 6; i++) Heard("eth1", 760);
        Heard("eth1", 1000);
        Assert.Equal(["Outage 100-900 800", "Outage 820-1000 180"], Told());
    }

    [Fact]
    public void A_capture_is_no_sensor_that_could_fail_and_the_oldest_spans_are_forgotten()
    {
        Heard("capture:1", 100).Heard("capture:1", 9000, ("kernel-drops", 10)).Heard("capture", 10).Heard("capture", 9000);
        Assert.Empty(watch.Spans);
        for (int i = 1; i <= 6; i++) Heard("eth1", i * 1000).Heard("eth1", (i * 1000) + 50).Heard("eth1", (i * 1000) + 100);
        Assert.Equal(["Outage 2100-3000 900", "Outage 3100-4000 900", "Outage 4100-5000 900", "Outage 5100-6000 900"], Told());
    }

    [Fact]
    public void Detectors_of_traffic_say_when_they_could_not_see_and_others_do_not()
    {
        BlindSpan span = new("eth1", At(1), At(2), BlindCause.Outage, 1);
        ReadinessFacts facts = new() { HasRegister = true, HasPublishing = true, IsOneSided = false, First = At(0), Last = At(400L * 86_400), Logs = new HashSet<string>(), Unseen = [span] };
        Assert.All(DetectorReadiness.Of(facts), state => Assert.Equal(DetectorRegistry.All.Single(one => one.Info.Name == state.Detector).ReadsTraffic ? [span] : [], state.Unseen));
    }

    private BlindWatchTests Heard(string sensor, long second, params (string Name, long Value)[] counters)
    {
        watch.Take(new SensorReport(sensor, At(second), counters.ToDictionary(one => one.Name, one => one.Value)));
        return this;
    }

    private IEnumerable<string> Told() => watch.Spans.Select(one => $"{one.Cause} {one.From.Nanoseconds / CaptureTime.PerSecond}-{one.To.Nanoseconds / CaptureTime.PerSecond} {one.Amount}");

    private static CaptureTime At(long second) => CaptureTime.FromSeconds(second);
}
