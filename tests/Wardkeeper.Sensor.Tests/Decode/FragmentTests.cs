using Wardkeeper.Sensor.Decode;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Decode;

public sealed class FragmentTests
{
    private static readonly byte[] Content = Bytes(3000);

    public static TheoryData<int[]> Orders => new([0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1], [0, 2, 1], [1, 2, 0]);

    [Theory]
    [MemberData(nameof(Orders))]
    public void Fragments_in_any_order_become_one_packet(int[] order)
    {
        List<byte[]> frames = Fragments4(Udp(Content), 1200);
        Decoding decoding = new();
        Assert.Empty(decoding.Show(frames[order[0]]));
        Assert.Empty(decoding.Show(frames[order[1]]));
        Packet packet = decoding.One(frames[order[2]]);
        Assert.Equal((PacketKind.Udp, PacketNotes.Reassembled, 3L), (packet.Kind, packet.Notes, packet.Number));
        Assert.Equal(Content, packet.Payload);
        Assert.Equal((3028, 0, 28), (packet.IpLength, packet.FrameOffset, packet.PayloadOffset));
        Assert.Equal(frames.Sum(frame => frame.Length), packet.WireLength);
        Assert.Equal("ip-fragments=3", decoding.Counted);
    }

    [Fact]
    public void A_reassembled_packet_has_the_hash_of_an_unfragmented_one()
    {
        Decoding decoding = new();
        foreach (byte[] frame in Fragments4(Udp(Content), 1200)) decoding.Show(frame);
        Assert.Equal(Decoding.Of(Ethernet(Ipv4(17, Udp(Content)))).Hash, decoding.Packets[0].Hash);
    }

    [Fact]
    public void Ipv6_fragments_become_one_packet_without_fragment_header()
    {
        byte[] datagram = Udp(Content, source: A6, destination: B6);
        Decoding decoding = new();
        Assert.Empty(decoding.Show(Fragment6(datagram[1000..], 1000, false)));
        Packet packet = decoding.One(Fragment6(datagram[..1000], 0, true));
        Assert.Equal((PacketKind.Udp, PacketNotes.Reassembled, 3048, (ushort)99), (packet.Kind, packet.Notes, packet.IpLength, packet.IpId));
        Assert.Equal(Content, packet.Payload);
    }

    [Fact]
    public void A_lone_ipv6_fragment_is_a_packet()
    {
        Packet packet = Decoding.Of(Fragment6(Udp([5], source: A6, destination: B6), 0, false));
        Assert.Equal((PacketKind.Udp, 5, (ushort)99), (packet.Kind, packet.Payload[0], packet.IpId));
    }

    [Fact]
    public void Copies_of_fragments_change_nothing()
    {
        Decoding decoding = new();
        List<byte[]> frames = Fragments4(Udp(Content), 1200);
        decoding.Show(frames[0]);
        decoding.Show(frames[0]);
        decoding.Show(frames[1]);
        Assert.Equal((Content.Length, PacketNotes.Reassembled), (decoding.One(frames[2]).PayloadLength, decoding.Packets[0].Notes));
        Assert.Empty(decoding.Show(frames[2], seconds: 0.001));
        Assert.Equal("ip-fragments=5 ip-fragments-late=1", decoding.Counted);
        decoding.Decoder.Finish();
        Assert.Equal("ip-fragments=5 ip-fragments-late=1", decoding.Counted);
    }

    [Fact]
    public void Overlap_with_other_content_is_noted_and_the_first_arrival_stays()
    {
        byte[] datagram = Udp(Content);
        byte[] forged = Bytes(800, 99);
        Decoding decoding = new();
        decoding.Show(Ethernet(Ipv4(17, datagram[..1600], id: 77, fragment: 0x2000)));
        decoding.Show(Ethernet(Ipv4(17, forged, id: 77, fragment: 0x2000 | (1200 / 8))));
        Packet packet = decoding.One(Ethernet(Ipv4(17, datagram[2000..], id: 77, fragment: 2000 / 8)));
        Assert.Equal(PacketNotes.FragmentOverlap | PacketNotes.Reassembled | PacketNotes.BadTransportChecksum, packet.Notes);
        Assert.Equal(Content[..1592], packet.Payload[..1592].ToArray());
        Assert.Equal(forged[400..], packet.Payload[1592..1992].ToArray());
        Assert.Equal(Content[1992..], packet.Payload[1992..].ToArray());
        Assert.Contains("ip-fragments-overlap=1", decoding.Counted, StringComparison.Ordinal);
    }

    [Fact]
    public void Overlap_with_the_same_content_is_not_an_attack()
    {
        byte[] datagram = Udp(Content);
        Decoding decoding = new();
        decoding.Show(Ethernet(Ipv4(17, datagram[1200..2400], id: 77, fragment: 0x2000 | (1200 / 8))));
        decoding.Show(Ethernet(Ipv4(17, datagram[800..1600], id: 77, fragment: 0x2000 | (800 / 8))));
        decoding.Show(Ethernet(Ipv4(17, datagram[2000..], id: 77, fragment: 2000 / 8)));
        Packet packet = decoding.One(Ethernet(Ipv4(17, datagram[..1200], id: 77, fragment: 0x2000)));
        Assert.Equal((PacketNotes.Reassembled, Content.Length), (packet.Notes, packet.PayloadLength));
        Assert.Equal(Content, packet.Payload);
    }

    [Fact]
    public void A_moving_end_is_a_contradiction()
    {
        byte[] datagram = Udp(Content);
        Decoding decoding = new();
        decoding.Show(Ethernet(Ipv4(17, datagram[2400..], id: 77, fragment: 2400 / 8)));
        decoding.Show(Ethernet(Ipv4(17, Bytes(800), id: 77, fragment: 2800 / 8)));
        decoding.Show(Ethernet(Ipv4(17, datagram[..2400], id: 77, fragment: 0x2000)));
        Assert.Equal((PacketNotes.FragmentOverlap | PacketNotes.Reassembled, Content.Length), (decoding.Packets[0].Notes, decoding.Packets[0].PayloadLength));
    }

    [Fact]
    public void A_datagram_is_given_up_after_thirty_seconds()
    {
        Decoding decoding = new();
        List<byte[]> frames = Fragments4(Udp(Content), 1200);
        decoding.Show(frames[0]);
        decoding.Show(frames[1], seconds: 30.5);
        Assert.Empty(decoding.Show(frames[2], seconds: 31));
        Assert.Equal("ip-fragments=3 ip-fragments-incomplete=1", decoding.Counted);
        Assert.Single(decoding.Show(frames[0], seconds: 32));
    }

    [Fact]
    public void An_identification_may_be_used_again()
    {
        Decoding decoding = new();
        List<byte[]> frames = Fragments4(Udp(Content), 1200);
        for (int round = 0; round < 3; round++)
        {
            foreach (byte[] frame in frames) decoding.Show(frame, seconds: round);
            Assert.Single(decoding.Packets);
        }
    }

    [Fact]
    public void The_oldest_datagram_goes_when_there_are_too_many()
    {
        Decoding decoding = new(new DecoderLimits { Datagrams = 10 });
        byte[] datagram = Udp(Bytes(100));
        for (int id = 1; id <= 11; id++) decoding.Show(Ethernet(Ipv4(17, datagram[..64], id: id, fragment: 0x2000)));
        Assert.Equal(11, decoding.One(Ethernet(Ipv4(17, datagram[64..], id: 11, fragment: 8))).IpId);
        decoding.Decoder.Finish();
        Assert.Equal("ip-fragments=12 ip-fragments-evicted=1 ip-fragments-incomplete=9", decoding.Counted);
    }

    [Fact]
    public void Memory_of_fragments_is_bounded_whatever_their_offsets_promise()
    {
        SensorCounters counters = new();
        DecoderLimits limits = new() { FragmentBytes = 1 << 20 };
        FragmentTable table = new(counters, limits);
        for (uint id = 0; id < 5000; id++)
        {
            DatagramKey key = new(default, default, id, 17, 0, 0);
            Datagram datagram = table.Find(in key, default, id)!;
            table.Take(datagram, Bytes(8), 65_520, false, 60, id);
            Assert.InRange(table.Held, 0, limits.FragmentBytes);
        }
        Assert.InRange(table.Waiting, 300, 4096);
    }

    [Fact]
    public void Scattered_pieces_are_bounded()
    {
        Decoding decoding = new(new DecoderLimits { PiecesPerDatagram = 20 });
        for (int i = 0; i < 30; i++) decoding.Show(Ethernet(Ipv4(17, Bytes(8), fragment: 0x2000 | (i * 2))));
        Assert.Contains("ip-fragments-too-scattered=1", decoding.Counted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, 0x2000, "not a multiple of eight")]
    [InlineData(0, 0x0010, "is empty")]
    public void A_fragment_that_cannot_be_is_counted(int length, int fragment, string because)
    {
        Decoding decoding = new();
        Assert.Empty(decoding.Show(Ethernet(Ipv4(17, Bytes(length), fragment: fragment))));
        Assert.True(decoding.Counted == "ip-fragments=1 ip-fragments-malformed=1", because);
    }

    [Fact]
    public void A_fragment_beyond_the_largest_packet_is_counted_and_told_of()
    {
        Decoding decoding = new();
        Packet told = Assert.Single(decoding.Show(Ethernet(Ipv4(17, Bytes(1000), fragment: 0x1FF0))));
        Assert.Equal((PacketKind.Malformed, 1000), (told.Kind, told.PayloadLength));
        Assert.Equal("ip-fragments=1 ip-fragments-malformed=1", decoding.Counted);
    }

    [Fact]
    public void A_first_fragment_cut_by_the_snap_length_still_shows_its_ports()
    {
        Decoding decoding = new();
        byte[] frame = Fragments4(Udp(Content), 1200)[0];
        Packet packet = decoding.One(frame[..96], wire: frame.Length);
        Assert.Equal(((ushort)5300, 54), (packet.DestinationPort, packet.PayloadCaptured));
        Assert.True((packet.Notes & PacketNotes.Truncated) != 0);
        Assert.Empty(decoding.Show(Fragments4(Udp(Content), 1200)[1][..96], wire: 1234));
    }

    [Fact]
    public void Fragments_on_two_vlans_are_two_datagrams()
    {
        Decoding decoding = new();
        List<byte[]> frames = Fragments4(Udp(Content), 1600);
        byte[] Tagged(byte[] frame, int vlan) => Ethernet(Vlan(vlan, 0x0800, frame[14..]), 0x8100);
        Assert.Empty(decoding.Show(Tagged(frames[0], 1)));
        Assert.Empty(decoding.Show(Tagged(frames[0], 2)));
        Assert.Equal(1, decoding.One(Tagged(frames[1], 1)).Vlan);
        Assert.Equal(2, decoding.One(Tagged(frames[1], 2)).Vlan);
    }

    [Fact]
    public void Fragments_within_fragments_end_somewhere()
    {
        // Each datagram's first fragment begins with the fragment header of the next; the last one completes them all.
        Decoding decoding = new();
        for (uint id = 1; id < 200; id++) decoding.Show(Fragment6(Join([44, 0], Be16(1), Be32(id - 1)), 0, true, 44, id));
        byte[] tail = Bytes(8);
        for (uint id = 0; id < 200; id++) tail = Join([17, 0], Be16(8), Be32(id), tail);
        decoding.Show(Ethernet(Ipv6(44, tail), 0x86DD));
        Assert.Contains("ip-fragments", decoding.Counted, StringComparison.Ordinal);
    }
}
