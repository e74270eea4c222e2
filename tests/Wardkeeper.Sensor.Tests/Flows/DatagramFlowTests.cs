using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Decode;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>What a datagram flow's record says, and which repeated datagrams count.</summary>
public class DatagramFlowTests
{
    private static readonly byte[] Payload = Frames.Bytes(40), Everybody = [255, 255, 255, 255], OtherMac = [2, 0, 0, 0, 0, 0x77];

    [Fact]
    public void A_datagram_without_content_is_in_the_history() => Assert.Equal("S0 D 0 0 0", new FlowRun().Udp([], 4000, 5300).Only());

    [Fact]
    public void Nobody_who_is_addressed_as_everybody_began_a_flow()
    {
        FlowRecord flow = Assert.Single(new FlowRun().Udp(Payload, 67, 68, Everybody).Flows());
        Assert.Equal((67, "D"), (flow.View.OriginatorPort, flow.History));
    }

    [Fact]
    public void A_server_that_is_seen_first_is_the_responder() => Assert.Equal("SHR ^d 0 40 0", new FlowRun().Udp(Payload, 67, 68).Only());

    [Theory]
    [InlineData(9, 100, false, 1)]
    [InlineData(0, 300, false, 2)]
    [InlineData(0, 20, false, 1)]
    [InlineData(0, 300, true, 1)]
    [InlineData(0, 3000, true, 2)]
    public void A_copy_is_told_from_a_repetition(int identification, int microseconds, bool otherWay, int counted)
    {
        FlowRun run = new FlowRun { Step = microseconds }.Udp(Payload, 4000, 1900, identification: identification).Udp(Payload, 4000, 1900, identification: identification, mac: otherWay ? OtherMac : null);
        Assert.Equal(counted, Assert.Single(run.Flows()).OriginatorPackets);
    }

    [Fact]
    public void Hosts_without_an_address_are_told_apart_by_their_MACs()
    {
        byte[] nobody = [0, 0, 0, 0];
        byte[] From(byte[] mac, int id) => Frames.Ethernet(Frames.Ipv4(17, Frames.Udp(Payload, 68, 67, source: nobody, destination: Everybody), source: nobody, destination: Everybody, id: id), source: mac);
        byte[] other = [2, 0, 0, 0, 0, 0x78];
        IReadOnlyList<FlowRecord> flows = new FlowRun().Frame(From(OtherMac, 1)).Frame(From(other, 2)).Frame(From(OtherMac, 3)).Flows();
        Assert.Equal([2, 1], flows.OrderByDescending(flow => flow.OriginatorPackets).Select(flow => flow.OriginatorPackets));
        Assert.Distinct(flows.Select(flow => flow.View.OriginatorMac));
        Assert.Distinct(flows.Select(flow => flow.View.Uid));
    }
}
