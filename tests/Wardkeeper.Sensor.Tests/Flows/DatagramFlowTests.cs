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
}
