using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Vrrp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Vrrp;

public sealed class VrrpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Ip, 0, 0);

    [Fact]
    public void All_kinds_are_read()
    {
        Conversation said = Of("second", "third", "third-v6");
        Golden.Hold("kinds", said.Lines);
        Assert.Empty(said.Faults);
        Assert.DoesNotContain(said.Lines, line => line.Contains("ward4key", StringComparison.Ordinal));
    }

    [Fact]
    public void Unchanged_statement_is_shown_once() => Assert.Single(Of("third", "third", "third").Transactions);

    [Fact]
    public void Sender_is_claimed() => Assert.Equal(["Role router", "AddressBinding 10.0.4.1", "AddressBinding 10.0.4.2"], Of("third").Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));

    [Theory]
    [InlineData("third", 3, 9, "vrrp.malformed")]
    [InlineData("second", 0, 0x41, "vrrp.malformed")]
    public void Malformed_packet_is_a_named_fault(string seed, int at, byte value, string fault)
    {
        byte[] packet = Seeds.Read("vrrp", seed);
        packet[at] = value;
        Assert.Equal(fault, Assert.Single(Of(packet).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_packet_is_survived()
    {
        foreach (string seed in (string[])["second", "third", "third-v6"])
        {
            byte[] packet = Seeds.Read("vrrp", seed);
            for (int length = 0; length < packet.Length; length++) Of(packet[..length]);
        }
    }

    [Fact]
    public void Same_bytes_of_another_protocol_of_ip_are_not_it() =>
        Assert.Equal(Match.No, VrrpAnalyser.Recognise(new Opening { Carrier = Carrier.Ip, IpProtocol = 47, Client = Seeds.Read("vrrp", "third") }));

    [Theory]
    [InlineData("tcpdump/vrrp.pcap", "pairs")]
    [InlineData("ndpi/vrrp3.pcapng", "six")]
    [InlineData("pcapplusplus/Packet++Test/PacketExamples/VRRP-V3-IPv4.pcap", "four")]
    public void Real_packets_are_read(string capture, string name) => Golden.Hold("real-" + name, Conversation.Render(CaptureRows<VrrpStatement>.Of("captures/" + capture).Take(40)));

    private static Conversation Of(params string[] seeds) => Of([.. seeds.Select(seed => Seeds.Read("vrrp", seed))]);

    private static Conversation Of(params byte[][] packets) => Conversation.Of<VrrpAnalyser>(packets.Select(packet => Said.Client(packet)), View);
}
