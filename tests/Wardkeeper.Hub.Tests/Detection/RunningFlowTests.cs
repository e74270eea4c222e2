using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Floods and tunnels that run are told by what their flows report while they live, and nothing is counted twice when these end.</summary>
public class RunningFlowTests
{
    private const string Client = "10.0.1.5", Server = "10.0.9.9", Outside = "203.0.113.9";

    [Fact]
    public void A_flood_of_one_flow_is_told_by_its_first_report()
    {
        new Scene().Takes(Udp(10, 60_000, 0, isInterim: true)).Fires("packet-flood");
        new Scene().Takes(Udp(10, 60_000, 50_000, isInterim: true)).IsSilent();
        new Scene().Takes(Udp(10, 20_000, 0, isInterim: true)).IsSilent();
        new Scene().Takes(Pings(10, 3000, 3000, isInterim: true)).Fires("packet-flood");
    }

    [Fact]
    public void A_flood_that_begins_in_an_old_flow_is_told_from_one_report_to_the_next()
    {
        Scene scene = new Scene().Takes(Udp(3600, 4000, 0, isInterim: true)).Takes(Udp(3610, 34_000, 0, isInterim: true));
        scene.IsSilent();
        Assert.Equal("120000", scene.Takes(Udp(3620, 154_000, 0, isInterim: true)).Fires("packet-flood").Facts.Single(fact => fact.Name == "packets").Observed);
        // The same spread over the time, and one that is answered.
        new Scene().Takes(Udp(3600, 4000, 0, isInterim: true)).Takes(Udp(3900, 154_000, 0, isInterim: true)).IsSilent();
        new Scene().Takes(Udp(3600, 4000, 4000, isInterim: true)).Takes(Udp(3610, 154_000, 154_000, isInterim: true)).IsSilent();
    }

    [Fact]
    public void Answers_that_nobody_asked_for_are_counted_once_while_their_flows_live()
    {
        FlowRecord Answers(int reflector, double lasts, long bytes, bool isInterim) => Flow("R" + reflector, Carrier.Udp, $"198.51.100.{reflector}", Server, 389, 40_000, lasts, 500, 0, bytes, 0, isInterim);
        Scene scene = new();
        for (int i = 1; i <= 20; i++) scene.Takes(Answers(i, 10, 6000, isInterim: true));
        Finding finding = scene.Fires("packet-flood");
        Assert.Equal(("amplification", "20"), (finding.Facts.Single(fact => fact.Name == "way").Observed, finding.Facts.Single(fact => fact.Name == "packets").Observed));
        // Below the bound in all, whatever the reports add up to.
        Scene little = new();
        foreach (bool isInterim in (bool[])[true, true, false])
        {
            for (int i = 1; i <= 20; i++) little.Takes(Answers(i, 10, 4500, isInterim));
        }
        little.IsSilent();
        // Two thousand flows without an answer are a flood; a thousand that report and end are a thousand.
        Scene many = new();
        for (int i = 0; i < 1100; i++)
        {
            foreach (bool isInterim in (bool[])[true, false]) many.Takes(Flow("U" + i, Carrier.Udp, Client, Server, (ushort)(1024 + i), 7000, 10, 400, 0, 400, 0, isInterim));
        }
        many.IsSilent();
    }

    [Fact]
    public void Slow_requests_count_once_when_they_first_report()
    {
        FlowRecord Slow(int i, double lasts, bool isInterim) => Flow("S" + i, Carrier.Tcp, Client, Server, (ushort)(40_000 + i), 80, lasts, 6, 4, 60, 0, isInterim);
        Scene held = new();
        for (int i = 0; i < 30; i++) held.Takes(Slow(i, 22, isInterim: true));
        held.Fires("slow-requests");
        Scene few = new();
        for (int i = 0; i < 20; i++) few.Takes(Slow(i, 22, isInterim: true)).Takes(Slow(i, 32, isInterim: true)).Takes(Slow(i, 60, isInterim: false));
        few.IsSilent();
    }

    [Fact]
    public void Tunnels_and_listed_addresses_are_told_before_they_end()
    {
        new Scene().Takes(Flow("T", Carrier.Icmp, Client, Outside, 8, 0, 20, 21, 21, 1200, 19_000, isInterim: true)).Fires("ping-tunnel");
        new Scene().Takes(Flow("T", Carrier.Icmp, Client, Outside, 8, 0, 20, 21, 21, 1200, 1200, isInterim: true)).IsSilent();
        new Scene().Takes(Flow("T", Carrier.Tcp, Client, Outside, 40_000, 443, 301, 50, 50, 5000, 5000, isInterim: true) with { Service = "ssh" }).Fires("protocol-on-foreign-port");
    }

    private static FlowRecord Udp(double lasts, long sent, long answered, bool isInterim) => Flow("U", Carrier.Udp, Client, Server, 40_000, 7000, lasts, sent, answered, sent * 90, answered * 90, isInterim);

    private static FlowRecord Pings(double lasts, long sent, long answered, bool isInterim) => Flow("P", Carrier.Icmp, Client, Server, 8, 0, lasts, sent, answered, sent * 56, answered * 56, isInterim);

    private static FlowRecord Flow(string uid, Carrier carrier, string from, string to, ushort fromPort, ushort toPort, double lasts, long sent, long answered, long sentBytes, long answeredBytes, bool isInterim) => new()
    {
        View = new FlowView { Uid = uid, Carrier = carrier, Began = CaptureTime.FromSeconds(1000), FirstPacket = 1, OriginatorAddress = Scene.Ip(from), ResponderAddress = Scene.Ip(to), OriginatorPort = fromPort, ResponderPort = toPort },
        ConnState = "S1",
        History = carrier == Carrier.Tcp ? "ShAD" : "D",
        CommunityId = "",
        Duration = TimeSpan.FromSeconds(lasts),
        OriginatorPackets = sent,
        OriginatorBytes = sentBytes,
        ResponderPackets = answered,
        ResponderBytes = answeredBytes,
        IsInterim = isInterim,
    };
}
