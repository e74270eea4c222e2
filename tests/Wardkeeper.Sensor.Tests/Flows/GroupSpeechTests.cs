using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Decode;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>How a machine speaks to everybody is said with its first packet, once.</summary>
public class GroupSpeechTests
{
    private static readonly byte[] Group = [224, 0, 0, 251], Other = [224, 0, 0, 252];

    [Theory]
    [InlineData(5353, "mDNS")]
    [InlineData(5355, "LLMNR")]
    [InlineData(137, "NetBIOS")]
    [InlineData(1900, "SSDP")]
    [InlineData(3702, "WS-Discovery")]
    [InlineData(5354, null)]
    public void A_protocol_is_told_by_the_port(int port, string? protocol)
    {
        FlowRun run = new FlowRun().Udp(Frames.Bytes(40), 40_000, (ushort)port, Group);
        run.Flows();
        Assert.Equal(protocol is null ? [] : [protocol], run.Claims.Where(claim => claim.Kind == ClaimKind.GroupProtocol).Select(claim => claim.Value));
    }

    [Fact]
    public void It_is_said_at_once_and_not_again()
    {
        FlowRun run = new FlowRun().Udp(Frames.Bytes(40), 5353, 5353, Group).Udp(Frames.Bytes(41), 5353, 5353, Group).Udp(Frames.Bytes(40), 40_001, 5355, Other);
        run.Flows();
        Claim[] said = [.. run.Claims.Where(claim => claim.Kind == ClaimKind.GroupProtocol)];
        Assert.Equal(["mDNS", "LLMNR"], said.Select(claim => claim.Value));
        Assert.Equal(1, said[0].Packet);
        Assert.All(said, claim => Assert.False(claim.Subject.Mac.IsNone));
    }
}
