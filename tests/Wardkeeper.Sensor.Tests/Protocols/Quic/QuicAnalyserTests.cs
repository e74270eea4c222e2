using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Quic;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Quic;

public sealed class QuicAnalyserTests
{
    private static readonly byte[] Protected = [0x41, .. Enumerable.Range(0, 40).Select(static i => (byte)i)];

    [Fact]
    public void Hellos_of_both_sides_are_read_and_then_nothing_more()
    {
        Conversation said = Of(Client("initial-v1"), Server("answer"), Said.Client(Protected), Said.Server(Protected), Said.Client(Protected));
        Golden.Hold("version-1", said.Lines);
        Assert.Equal(Continuation.Done, said.Outcome);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Second_version_is_read() => Golden.Hold("version-2", Of(Client("initial-v2")).Lines);

    [Fact]
    public void Hello_in_pieces_out_of_order_is_put_together()
    {
        foreach (Said[] order in (Said[][])[[Client("pieces-1"), Client("pieces-2")], [Client("pieces-2"), Client("pieces-1")], [Client("pieces-2"), Client("pieces-2"), Client("pieces-1")]])
        {
            QuicConnection whole = One(Client("initial-v1")), pieces = One(order);
            Assert.Equal(whole.Ja4, pieces.Ja4);
            Assert.Equal("pacs.ward4.example", pieces.ServerName);
        }
        Assert.Null(One(Client("pieces-1")).ServerName);
    }

    [Fact]
    public void Google_hello_names_server_and_client() => Golden.Hold("google", Of(Client("google-q043")).Lines);

    [Fact]
    public void Refusal_has_its_code() => Assert.Equal(0x128, One(Client("initial-v1"), Server("refused")).CloseCode);

    [Fact]
    public void Client_is_claimed_by_its_fingerprints()
    {
        string[] claims = [.. Of(Client("initial-v1"), Server("answer")).Observe().Select(one => one is Claim claim ? $"{claim.Kind} {claim.Value}" : one.GetType().Name)];
        Assert.Equal(3, claims.Length);
        Assert.StartsWith("Ja3 ", claims[0], StringComparison.Ordinal);
        Assert.StartsWith("Ja4 q13d0308h3_", claims[1], StringComparison.Ordinal);
        Assert.Equal("ServiceSighting", claims[2]);
    }

    [Theory]
    [InlineData(300, "quic.decryption")]
    [InlineData(15, "quic.header")]
    public void Broken_packet_is_a_named_fault(int at, string fault)
    {
        byte[] initial = Seeds.Read("quic", "initial-v1");
        initial[at] = 0xFF;
        Conversation said = Of(Said.Client(initial));
        Assert.Equal(fault, Assert.Single(said.Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_packet_is_survived()
    {
        foreach (string name in (string[])["initial-v1", "answer", "negotiation", "google-q043"])
        {
            byte[] packet = Seeds.Read("quic", name);
            for (int length = 0; length < packet.Length; length += 1 + (length / 60)) Of(Said.Client(packet[..length]), Said.Server(packet[..length]));
        }
    }

    [Theory]
    [InlineData("4d00000001088394c8f03e51570800004482", "a short header")]
    [InlineData("8d00000001088394c8f03e51570800004482", "no fixed bit")]
    [InlineData("cd00000003088394c8f03e51570800004482", "no such version")]
    [InlineData("cd00000001158394c8f03e51570800004482", "a connection id of 21 bytes")]
    [InlineData("cd00000001088394c8f03e51570800004482", "a packet longer than its datagram")]
    [InlineData("800000000000088394c8f03e51570800000003", "a negotiation of nothing known")]
    public void Look_alike_is_not_quic(string hex, string why) =>
        Assert.True(QuicAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ServerPort = 443, Client = Convert.FromHexString(hex) }) == Match.No, why);

    [Fact]
    public void Datagram_from_the_servers_port_reverses() =>
        Assert.Equal(Match.YesReversed, QuicAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 443, ServerPort = 50000, Client = Seeds.Read("quic", "answer") }));

    [Theory]
    [InlineData("ndpi/quic-24.pcap")]
    [InlineData("ndpi/quic-29.pcap")]
    [InlineData("ndpi/quic-34.pcap")]
    [InlineData("ndpi/quic-mvfst-22.pcap")]
    [InlineData("ndpi/quic-v2.pcapng")]
    [InlineData("ndpi/quic_frags_ch_in_multiple_packets.pcapng")]
    [InlineData("ndpi/quic_q46.pcap")]
    [InlineData("ndpi/quic_q50.pcap")]
    [InlineData("ndpi/quic_t50.pcap")]
    [InlineData("ndpi/quic_t51.pcap")]
    [InlineData("ja4/quic-with-several-tls-frames.pcapng")]
    [InlineData("suricata-verify/quic-frag-unordered/input.pcap")]
    [InlineData("suricata-verify/quic-retry-multiple/input.pcap")]
    public void Real_connections_are_reported_as_the_golden_file_says(string capture) =>
        Golden.Hold(capture.Replace("/input", "", StringComparison.Ordinal).Replace('/', '-'), Conversation.Render(CaptureRows<QuicConnection>.Of("captures/" + capture)));

    private static Said Client(string seed) => Said.Client(Seeds.Read("quic", seed));

    private static Said Server(string seed) => Said.Server(Seeds.Read("quic", seed));

    private static Conversation Of(params Said[] said) => Conversation.Of<QuicAnalyser>(said, Conversation.View(Carrier.Udp, 40000, 443));

    private static QuicConnection One(params Said[] said) => Assert.IsType<QuicConnection>(Assert.Single(Of(said).Transactions));
}
