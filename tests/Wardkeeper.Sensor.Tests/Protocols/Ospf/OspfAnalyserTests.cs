using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ospf;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Ospf;

public sealed class OspfAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Ip, 0, 0);

    [Fact]
    public void All_kinds_are_read()
    {
        Conversation said = Of("hello", "hello-text", "update", "hello-third");
        Golden.Hold("kinds", said.Lines);
        Assert.Empty(said.Faults);
        Assert.DoesNotContain(said.Lines, line => line.Contains("ward4key", StringComparison.Ordinal));
    }

    [Fact]
    public void Unchanged_statement_is_shown_once() => Assert.Single(Of("hello", "hello", "hello").Transactions);

    [Fact]
    public void Sender_is_claimed() => Assert.Equal(["Role router"], Of("hello").Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));

    [Theory]
    [InlineData("hello", 1, 9, "ospf.header")]
    [InlineData("hello", 3, 30, "ospf.hello")]
    public void Malformed_packet_is_a_named_fault(string seed, int at, byte value, string fault)
    {
        byte[] packet = Seeds.Read("ospf", seed);
        packet[at] = value;
        Assert.Equal(fault, Assert.Single(Of(packet).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_packet_is_survived()
    {
        foreach (string seed in (string[])["hello", "hello-text", "update", "hello-third"])
        {
            byte[] packet = Seeds.Read("ospf", seed);
            for (int length = 0; length < packet.Length; length++) Of(packet[..length]);
        }
    }

    [Fact]
    public void Same_bytes_of_another_protocol_of_ip_are_not_it() =>
        Assert.Equal(Match.No, OspfAnalyser.Recognise(new Opening { Carrier = Carrier.Ip, IpProtocol = 47, Client = Seeds.Read("ospf", "hello") }));

    [Theory]
    [InlineData("ndpi/ospfv2_add_new_prefix.pcap", "update")]
    [InlineData("pcapplusplus/Packet++Test/PacketExamples/ipv6_options.pcap", "third")]
    [InlineData("tcpdump/ospf-sr.pcapng", "segment-routing")]
    public void Real_packets_are_read(string capture, string name) => Golden.Hold("real-" + name, Conversation.Render(CaptureRows<OspfStatement>.Of("captures/" + capture).Take(40)));

    private static Conversation Of(params string[] seeds) => Of([.. seeds.Select(seed => Seeds.Read("ospf", seed))]);

    private static Conversation Of(params byte[][] packets) => Conversation.Of<OspfAnalyser>(packets.Select(packet => Said.Client(packet)), View);
}
