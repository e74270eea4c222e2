using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>Headers that no honest stack sends are told once a flow, and honest ones never.</summary>
public class PacketTricksTests
{
    private const byte Urgent = 32, Ack = 16, Syn = 2;

    [Fact]
    public void A_packet_from_an_address_to_itself_is_told_and_loopback_is_not()
    {
        byte[] self = A4, loop = [127, 0, 0, 1];
        Assert.Equal("packet from an address to itself (land)", Told(Ethernet(Ipv4(6, Tcp([], 139, 139, Syn, self, self), self, self))));
        Assert.Equal("", Told(Ethernet(Ipv4(6, Tcp([], 139, 139, Syn, loop, loop), loop, loop))));
        Assert.Equal("", Told(Ethernet(Ipv4(6, Tcp([], 139, 139, Syn)))));
    }

    [Fact]
    public void An_option_without_a_length_is_told_and_usual_options_are_not()
    {
        Assert.Equal("TCP option whose length is wrong", Told(Ethernet(Ipv4(6, Tcp([], flags: Syn, options: [8, 0, 0, 0])))));
        Assert.Equal("TCP option whose length is wrong", Told(Ethernet(Ipv4(6, Tcp([], flags: Syn, options: [29, 3, 1, 0])))));
        Assert.Equal("TCP option whose length is wrong", Told(Ethernet(Ipv4(6, Tcp([], flags: Syn, options: [1, 1, 2, 4])))));
        Assert.Equal("", Told(Ethernet(Ipv4(6, Tcp([], flags: Syn, options: [2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 0, 9])))));
        Assert.Equal("IP option whose length is wrong", Told(Ethernet(Ipv4(17, Udp(Bytes(10)), options: [131, 0, 0, 0]))));
        Assert.Equal("IP option whose length is wrong", Told(Ethernet(Ipv4(17, Udp(Bytes(10)), options: [7, 39, 4, 0]))));
        Assert.Equal("", Told(Ethernet(Ipv4(17, Udp(Bytes(10)), options: [148, 4, 0, 0]))));
    }

    [Fact]
    public void An_urgent_pointer_of_zero_counts_within_a_connection_alone()
    {
        Assert.Equal("urgent pointer of zero (CVE-2019-12255)", Told(Ethernet(Ipv4(6, Tcp(Bytes(20), flags: Urgent | Ack)))));
        Assert.Equal("segment of no connection", Told(Ethernet(Ipv4(6, Tcp(Bytes(20), flags: Urgent)))));
        byte[] right = Tcp(Bytes(20), flags: Urgent | Ack);
        right[19] = 20;
        right[16] = right[17] = 0;
        Assert.Equal("", Told(Ethernet(Ipv4(6, Seal(right, 16, 6, A4, B4)))));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(1 | 8 | 32, true)]
    [InlineData(1 | 16, false)]
    [InlineData(4, false)]
    [InlineData(2, false)]
    public void A_segment_that_neither_opens_refuses_nor_acknowledges_belongs_to_no_connection(byte flags, bool isTold) =>
        Assert.Equal(isTold ? "segment of no connection" : "", Told(Ethernet(Ipv4(6, Tcp([], flags: flags)))));

    [Fact]
    public void A_fragment_beyond_the_largest_packet_is_a_ping_of_death()
    {
        byte[] last = Ethernet(Ipv4(1, Bytes(800), id: 9, fragment: 65_280 / 8));
        (string value, Claim claim) = Only(last, last, last);
        Assert.Equal("fragment beyond the largest packet (ping of death)", value);
        Assert.Equal(("ip", "to 10.0.0.2", (string?)null), (claim.Protocol, claim.Origin, claim.Uid));
        Assert.Equal("", Told(Ethernet(Ipv4(1, Bytes(200), id: 9, fragment: 65_280 / 8))));
    }

    [Fact]
    public void Fragments_that_contradict_each_other_are_told_once_a_flow()
    {
        byte[] datagram = Udp(Bytes(2400));
        byte[][] torn = [Ethernet(Ipv4(17, datagram[..1600], id: 77, fragment: 0x2000)), Ethernet(Ipv4(17, Bytes(800, 99), id: 77, fragment: 0x2000 | (1200 / 8))), Ethernet(Ipv4(17, datagram[2000..], id: 77, fragment: 2000 / 8))];
        Assert.Equal("fragments overlap with different content (teardrop)", Told(torn));
        Assert.Equal("", Told([.. Fragments4(datagram, 1200).Select(fragment => fragment)]));
    }

    [Fact]
    public void Ip_in_ip_whose_inner_length_contradicts_its_fragments_is_told()
    {
        // The inner packet says that it is shorter than what the fragments bring.
        byte[] inner = Ipv4(17, Udp(Bytes(1000)), C4, D4);
        Assert.Equal("IP in IP whose length contradicts its fragments (CVE-2020-11896)", Told(Pieces(Join(inner, Bytes(600)))));
        Assert.Equal("", Told(Pieces(inner)));
    }

    [Fact]
    public void A_segment_that_dies_on_the_way_is_told_and_a_changed_route_is_not()
    {
        byte[] Segment(uint seq, byte ttl)
        {
            byte[] packet = Ipv4(6, Tcp(Bytes(20), seq: seq));
            packet[8] = ttl;
            packet[10] = packet[11] = 0;
            ushort sum = Checksum(packet.AsSpan(0, 20));
            (packet[10], packet[11]) = ((byte)(sum >> 8), (byte)sum);
            return Ethernet(packet);
        }
        Assert.Equal("segment that dies on the way", Told(Segment(1000, 64), Segment(1020, 64), Segment(1040, 2), Segment(1060, 2)));
        Assert.Equal("", Told(Segment(1000, 64), Segment(1020, 64), Segment(1040, 58)));
        Assert.Equal("", Told(Segment(1000, 5), Segment(1020, 5), Segment(1040, 5)));
    }

    private static byte[][] Pieces(byte[] content) => [Ethernet(Ipv4(4, content[..800], id: 5, fragment: 0x2000)), Ethernet(Ipv4(4, content[800..], id: 5, fragment: 100))];

    private static string Told(params byte[][] frames)
    {
        FlowRun run = new();
        foreach (byte[] frame in frames) run.Frame(frame);
        run.Flows();
        return string.Join('|', run.Claims.Where(claim => claim.Kind == ClaimKind.Anomaly).Select(claim => claim.Value));
    }

    private static (string, Claim) Only(params byte[][] frames)
    {
        FlowRun run = new();
        foreach (byte[] frame in frames) run.Frame(frame);
        run.Flows();
        Claim claim = Assert.Single(run.Claims, claim => claim.Kind == ClaimKind.Anomaly);
        return (claim.Value, claim);
    }
}
