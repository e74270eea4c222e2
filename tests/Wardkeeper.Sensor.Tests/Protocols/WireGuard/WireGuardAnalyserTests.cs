using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.WireGuard;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.WireGuard;

public sealed class WireGuardAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, serverPort: 51820);

    private static byte[] Initiation => Seeds.Read("wireguard", "initiation");

    private static byte[] Response => Seeds.Read("wireguard", "response");

    private static byte[] Data => Seeds.Read("wireguard", "data");

    [Fact]
    public void Tunnels_are_reported_when_data_flows() =>
        Golden.Hold("tunnel", Conversation.Of<WireGuardAnalyser>([Said.Client(Initiation), Said.Client(Initiation), Said.Server(Response), Said.Client(Data), Said.Server(Data)], View).Lines);

    [Fact]
    public void Unanswered_ones_are_reported_at_the_end()
    {
        Conversation played = Conversation.Of<WireGuardAnalyser>([Said.Client(Initiation)], View);
        Golden.Hold("unanswered", played.Lines);
        Assert.Empty(played.Observe(View));
    }

    [Fact]
    public void Anything_else_is_a_fault() =>
        Assert.Equal([WireGuardFaults.NoMessage], Conversation.Of<WireGuardAnalyser>([Said.Client(Initiation), Said.Server(9, 9)], View).Faults);

    [Theory]
    [InlineData("captures/corelight-wireguard/wireguard.pcap", true, 1, 1)]
    [InlineData("captures/pcapplusplus/Packet++Test/PacketExamples/WireGuard.pcap", true, 1, 1)]
    public void Captures_agree_with_Zeek(string capture, bool established, int initiations, int responses)
    {
        WireGuardTunnel tunnel = Assert.Single(CaptureRows<WireGuardTunnel>.Of(capture));
        Assert.Equal((established, initiations, responses), (tunnel.Established, tunnel.Initiations, tunnel.Responses));
    }

    [Fact]
    public void Four_bytes_and_a_length_are_not_enough()
    {
        Assert.Equal(Match.Yes, Ask(Initiation));
        Assert.Equal(Match.Yes, Ask(Data));
        Assert.Equal(Match.YesReversed, Ask(Response));
        Assert.Equal(Match.No, Ask([.. Initiation, 0]));
        Assert.Equal(Match.No, Ask([1, .. new byte[147]]));
        Assert.Equal(Match.No, Ask([4, .. new byte[127]]));
        Assert.Equal(Match.No, Ask([4, 0, 0, 0, 1, 2, 3, 4, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, .. Enumerable.Repeat((byte)7, 112)]));
    }

    private static Match Ask(byte[] client) => WireGuardAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = client, ClientPort = 40000, ServerPort = 40001 });
}
