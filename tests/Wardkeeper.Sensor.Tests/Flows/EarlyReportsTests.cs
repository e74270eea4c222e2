using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Decode;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>What is unusually busy reports while it lives; what is ordinary does not, and nobody's end changes.</summary>
public class EarlyReportsTests
{
    private const int Second = 1_000_000;
    private static readonly byte[] Payload = Frames.Bytes(40);

    [Fact]
    public void A_flow_of_many_datagrams_reports_after_ten_seconds_and_once_more()
    {
        FlowRun run = Datagrams(new FlowRun(), aSecond: 500, seconds: 45);
        IReadOnlyList<FlowRecord> flows = run.Flows();
        Assert.Equal([true, true, false], flows.Select(flow => flow.IsInterim));
        Assert.InRange(flows[0].Duration!.Value.TotalSeconds, 10, 10.1);
        Assert.InRange(flows[1].Duration!.Value.TotalSeconds, 20, 20.1);
        Assert.Equal((45 * 500, 45 * 500 * Payload.Length), (flows[2].OriginatorPackets, flows[2].OriginatorBytes));
    }

    [Fact]
    public void A_flow_that_becomes_busy_late_reports_then()
    {
        FlowRun run = Datagrams(Datagrams(new FlowRun(), aSecond: 5, seconds: 60), aSecond: 500, seconds: 35);
        FlowRecord[] early = [.. run.Flows().Where(flow => flow.IsInterim)];
        Assert.Equal(2, early.Length);
        Assert.InRange(early[0].Duration!.Value.TotalSeconds, 60, 80);
        // From one report to the other the rate shows.
        Assert.InRange((early[1].OriginatorPackets - early[0].OriginatorPackets) / (early[1].Duration!.Value - early[0].Duration!.Value).TotalSeconds, 450, 550);
    }

    [Fact]
    public void A_conversation_of_pings_reports_when_it_has_forty_packets()
    {
        FlowRun run = new() { Step = Second / 2 };
        for (ushort i = 0; i < 60; i++) run.Ping(false, i, 56).Ping(true, i, 900);
        IReadOnlyList<FlowRecord> flows = run.Flows();
        Assert.Equal([true, false], flows.Select(flow => flow.IsInterim));
        Assert.InRange(flows[0].Duration!.Value.TotalSeconds, 19, 31);
        Assert.True(flows[0].OriginatorPackets >= 20 && flows[0].ResponderPackets >= 20);
    }

    [Fact]
    public void A_connection_on_which_only_one_side_speaks_reports_after_twenty_seconds()
    {
        FlowRun run = new FlowRun { Step = 4 * Second }.Open();
        for (uint i = 0; i < 20; i++) run.Client(FlowRun.Psh | FlowRun.Ack, 1 + (i * 10), 1, 10);
        IReadOnlyList<FlowRecord> flows = run.Flows();
        Assert.Equal([true, true, false], flows.Select(flow => flow.IsInterim));
        Assert.InRange(flows[0].Duration!.Value.TotalSeconds, 20, 33);
    }

    [Fact]
    public void Ordinary_flows_do_not_report()
    {
        Assert.DoesNotContain(Datagrams(new FlowRun(), aSecond: 30, seconds: 100).Flows(), flow => flow.IsInterim);
        FlowRun pings = new() { Step = Second };
        for (ushort i = 0; i < 15; i++) pings.Ping(false, i, 56).Ping(true, i, 56);
        Assert.DoesNotContain(pings.Flows(), flow => flow.IsInterim);
        FlowRun answered = new FlowRun { Step = 4 * Second }.Open().Client(FlowRun.Psh | FlowRun.Ack, 1, 1, 10).Server(FlowRun.Psh | FlowRun.Ack, 1, 11, 10);
        for (uint i = 1; i < 40; i++) answered.Client(FlowRun.Psh | FlowRun.Ack, 1 + (i * 10), 11, 10);
        Assert.DoesNotContain(answered.Flows(), flow => flow.IsInterim);
    }

    [Fact]
    public void Reports_do_not_depend_on_the_number_of_workers()
    {
        FlowRun run = new() { Step = Second / 4000 };
        for (int i = 0; i < 60_000; i++) run.Udp(Payload, 40_000 + (i % 7), 7000 + (i % 5));
        string[] one = [.. run.Flows(workers: 1).Select(Line)];
        Assert.Contains(one, line => line.StartsWith("True", StringComparison.Ordinal));
        Assert.Equal(one, run.Flows(workers: 4).Select(Line));

        static string Line(FlowRecord flow) => $"{flow.IsInterim} {flow.View.Uid} {flow.OriginatorPackets} {flow.Duration}";
    }

    private static FlowRun Datagrams(FlowRun run, int aSecond, int seconds)
    {
        run.Step = Second / aSecond;
        for (int i = 0; i < aSecond * seconds; i++) run.Udp(Payload, 40_000, 7000);
        return run;
    }
}
