using System.Text.Json;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Flows;

namespace Wardkeeper.Tests.Analyze;

/// <summary>Attacks by flows that do not end are found by what was seen in their first half minute, from packet to finding.</summary>
public class RunningAttackTests
{
    private const int Second = 1_000_000;

    [Fact]
    public void A_flood_of_datagrams_that_goes_on_is_told_of_its_first_ten_seconds()
    {
        FlowRun run = new() { Step = Second / 6000 };
        for (int i = 0; i < 130_000; i++) run.Udp([1, 2, 3, 4], 40_000, 7000);
        Assert.InRange(ToldAfter(run, "packet-flood"), 10, 10.5);
    }

    [Fact]
    public void A_flood_of_pings_that_goes_on_is_told_of_its_first_ten_seconds()
    {
        FlowRun run = new() { Step = Second / 800 };
        for (int i = 0; i < 12_000; i++) run.Ping(false, (ushort)i, 32).Ping(true, (ushort)i, 32);
        Assert.InRange(ToldAfter(run, "packet-flood"), 10, 10.5);
    }

    [Fact]
    public void A_tunnel_in_pings_that_goes_on_is_told_within_half_a_minute()
    {
        FlowRun run = new() { Step = Second / 2 };
        for (int i = 0; i < 120; i++) run.Ping(false, (ushort)i, 40).Ping(true, (ushort)i, 900);
        Assert.InRange(ToldAfter(run, "ping-tunnel"), 19, 31);
    }

    /// <summary>Seconds from the first packet to what the finding first rests on. The flow's own row counts all of it, as if nothing had been told before.</summary>
    private static double ToldAfter(FlowRun run, string type)
    {
        CaptureTime began = new FlowRun().Now;
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, run.Capture());
            using Analysis analysis = Analysis.Of(path);
            JsonElement flow = Assert.Single(analysis.Rows("flows")), finding = Assert.Single(analysis.Rows("findings"), row => row.GetProperty("type").GetString() == type);
            Assert.InRange(flow.GetProperty("duration").GetDouble(), run.Now.Since(began).TotalSeconds - 1, run.Now.Since(began).TotalSeconds);
            return finding.GetProperty("ts").GetDouble() - began.Seconds;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
