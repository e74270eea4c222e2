using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>The same packets give the same output, whatever the number of workers, even when limits bite.</summary>
public class SameOutputTests
{
    private static readonly SensorLimits Tiny = new() { FlowsPerShard = 3, PendingPerSide = 2_000, PendingPerShard = 4_000, OpeningPieces = 2, Offers = 2 };

    private static readonly string[] Sources = ["captures/lab", "captures/zeek", "captures/arkime", "captures/tapirx"];

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Workers_do_not_change_the_output(int workers)
    {
        string[] captures = [.. Sources.Select(SharedFiles.Path)];
        Same(SensorRun.Of(captures), SensorRun.Of(captures, workers));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Workers_do_not_change_the_output_when_flows_are_evicted(int workers)
    {
        string[] captures = [.. Sources.Select(SharedFiles.Path)];
        SensorRun one = SensorRun.Of(captures, 1, Tiny);
        Assert.Contains(one.Pipeline.Counters().All, counter => counter.Name == "flow-evicted");
        Same(one, SensorRun.Of(captures, workers, Tiny));
    }

    [Fact]
    public void The_same_run_twice_gives_the_same_output()
    {
        string[] captures = [SharedFiles.Path("captures/lab")];
        Same(SensorRun.Of(captures), SensorRun.Of(captures));
    }

    private static void Same(SensorRun expected, SensorRun got)
    {
        Assert.True(expected.Transactions.Count > 50, "the captures gave hardly anything to compare");
        if (expected.Text == got.Text)
        {
            Assert.Equal(expected.Pipeline.Counters().All, got.Pipeline.Counters().All);
            return;
        }
        (string Left, string Right) first = expected.Text.Split('\n').Zip(got.Text.Split('\n')).First(pair => pair.First != pair.Second);
        Assert.Fail($"expected {first.Left}\ngot      {first.Right}");
    }
}
