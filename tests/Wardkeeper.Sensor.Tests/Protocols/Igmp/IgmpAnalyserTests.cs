using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Igmp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Igmp;

public sealed class IgmpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Ip, 0, 0);

    [Fact]
    public void All_kinds_are_read()
    {
        Conversation said = Of("query", "query-v3", "report", "leave", "report-v3");
        Golden.Hold("kinds", said.Lines);
        Assert.Empty(said.Faults);
        Assert.DoesNotContain(said.Lines, line => line.Contains("ward4key", StringComparison.Ordinal));
    }

    [Fact]
    public void Unchanged_statement_is_shown_once() => Assert.Single(Of("query", "query", "query").Transactions);

    [Fact]
    public void Sender_is_claimed() => Assert.Equal(["Role multicast-querier"], Of("query").Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));

    [Theory]
    [InlineData("report-v3", 7, 9, "igmp.records")]
    [InlineData("report", 7, 9, "igmp.checksum")]
    public void Malformed_packet_is_a_named_fault(string seed, int at, byte value, string fault)
    {
        byte[] packet = Seeds.Read("igmp", seed);
        packet[at] = value;
        Assert.Equal(fault, Assert.Single(Of(packet).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_packet_is_survived()
    {
        foreach (string seed in (string[])["query", "query-v3", "report", "leave", "report-v3"])
        {
            byte[] packet = Seeds.Read("igmp", seed);
            for (int length = 0; length < packet.Length; length++) Of(packet[..length]);
        }
    }

    [Fact]
    public void Same_bytes_of_another_protocol_of_ip_are_not_it() =>
        Assert.Equal(Match.No, IgmpAnalyser.Recognise(new Opening { Carrier = Carrier.Ip, IpProtocol = 47, Client = Seeds.Read("igmp", "query") }));

    [Theory]
    [InlineData("pcapplusplus/Packet++Test/PacketExamples/igmp.pcapng", "two")]
    [InlineData("suricata-verify/igmp/igmp-v3-queries-01/tcpdump-gh-igmpv3-queries.pcap", "queries")]
    [InlineData("suricata-verify/igmp/igmp-v1-v2-rgmp-01/wireshark-wiki-IGMP-dataset.pcap", "old")]
    public void Real_packets_are_read(string capture, string name) => Golden.Hold("real-" + name, Conversation.Render(CaptureRows<IgmpStatement>.Of("captures/" + capture).Take(40)));

    private static Conversation Of(params string[] seeds) => Of([.. seeds.Select(seed => Seeds.Read("igmp", seed))]);

    private static Conversation Of(params byte[][] packets) => Conversation.Of<IgmpAnalyser>(packets.Select(packet => Said.Client(packet)), View);
}
