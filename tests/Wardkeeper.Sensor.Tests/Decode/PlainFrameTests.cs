using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Decode;

public sealed class PlainFrameTests
{
    [Fact]
    public void Tcp_over_ipv4_gives_every_field()
    {
        byte[] frame = Ethernet(Ipv4(6, Tcp(Bytes(100), options: [2, 4, 5, 0xB4]), fragment: 0x4000));
        Packet packet = Decoding.Of(frame);
        Assert.Equal(PacketKind.Tcp, packet.Kind);
        Assert.Equal("10.0.0.1:1025 10.0.0.2:80", $"{packet.Source}:{packet.SourcePort} {packet.Destination}:{packet.DestinationPort}");
        Assert.Equal("02:00:00:00:00:0a 02:00:00:00:00:0b", $"{packet.SourceMac} {packet.DestinationMac}");
        Assert.Equal((1000u, 2000u, (byte)0x18, (ushort)4096), (packet.Seq, packet.Ack, packet.TcpFlags, packet.TcpWindow));
        Assert.Equal(((byte)64, (ushort)7, true, 144), (packet.Ttl, packet.IpId, packet.DontFragment, packet.IpLength));
        Assert.Equal(PacketNotes.None, packet.Notes);
        Assert.Equal(frame.Length, packet.WireLength);
        Assert.Equal((14, 34, 58), (packet.NetworkOffset - packet.FrameOffset, packet.TransportOffset - packet.FrameOffset, packet.PayloadOffset - packet.FrameOffset));
        Assert.Equal(Bytes(100), packet.Payload);
        Assert.Equal(frame, packet.Frame);
    }

    [Fact]
    public void Both_directions_have_the_same_hash()
    {
        Packet there = Decoding.Of(Ethernet(Ipv4(6, Tcp([]))));
        Packet back = Decoding.Of(Ethernet(Ipv4(6, Tcp([], 80, 1025), B4, A4), source: MacB, destination: MacA));
        Packet other = Decoding.Of(Ethernet(Ipv4(6, Tcp([], 80, 1026), B4, A4)));
        Assert.Equal(there.Hash, back.Hash);
        Assert.NotEqual(there.Hash, other.Hash);
    }

    [Fact]
    public void Hashes_spread_evenly_over_the_shards()
    {
        int[] shards = new int[PacketBatch.Shards];
        for (int i = 0; i < 6400; i++) shards[TupleHash.Of(new(0, 0xFFFF_0A00_0001), (ushort)(1024 + i), new(0, 0xFFFF_0A00_0002), 80, 6) & 63]++;
        Assert.InRange(shards.Min(), 60, 100);
        Assert.InRange(shards.Max(), 100, 150);
    }

    [Fact]
    public void Ethernet_padding_is_not_payload()
    {
        Packet packet = Decoding.Of(Join(Ethernet(Ipv4(6, Tcp([1, 2]))), new byte[10]));
        Assert.Equal((2, 2, 42), (packet.PayloadLength, packet.PayloadCaptured, packet.IpLength));
    }

    [Fact]
    public void A_length_of_zero_from_segmentation_offloading_means_what_was_captured()
    {
        Packet packet = Decoding.Of(Ethernet(Ipv4(6, Tcp(Bytes(3000)), length: 0)));
        Assert.Equal((3000, 3040), (packet.PayloadCaptured, packet.IpLength));
        Assert.Equal(PacketNotes.Oversized, packet.Notes);
    }

    [Fact]
    public void A_frame_cut_by_the_snap_length_promises_more_than_it_holds()
    {
        byte[] frame = Ethernet(Ipv4(6, Tcp(Bytes(100))));
        Packet packet = Decoding.Of(frame[..^60], wire: frame.Length);
        Assert.Equal((100, 40, PacketNotes.Truncated), (packet.PayloadLength, packet.PayloadCaptured, packet.Notes));
    }

    [Fact]
    public void A_frame_cut_within_tcp_options_has_no_payload()
    {
        byte[] frame = Ethernet(Ipv4(6, Tcp(Bytes(100), options: [1, 1, 1, 1, 1, 1, 1, 1])));
        Packet packet = Decoding.Of(frame[..58], wire: frame.Length);
        Assert.Equal((100, 0, 58), (packet.PayloadLength, packet.PayloadCaptured, packet.PayloadOffset - packet.FrameOffset));
    }

    [Theory]
    [InlineData(24, "ip-checksum-wrong=1", PacketNotes.BadIpChecksum)]
    [InlineData(54, "tcp-checksum-wrong=1", PacketNotes.BadTransportChecksum)]
    public void A_wrong_checksum_is_noted_and_counted(int at, string counted, object note)
    {
        byte[] frame = Ethernet(Ipv4(6, Tcp(Bytes(101))));
        frame[at] ^= 0x55;
        Decoding decoding = new();
        Assert.Equal(note, decoding.One(frame).Notes);
        Assert.Equal(counted, decoding.Counted);
    }

    [Fact]
    public void Right_checksums_of_every_length_are_right()
    {
        Decoding decoding = new();
        for (int length = 0; length < 300; length++)
        {
            Assert.Equal(PacketNotes.None, decoding.One(Ethernet(Ipv4(6, Tcp(Bytes(length))))).Notes);
            Assert.Equal(PacketNotes.None, decoding.One(Ethernet(Ipv6(17, Udp(Bytes(length, 200), source: A6, destination: B6)), 0x86DD)).Notes);
        }
    }

    [Fact]
    public void Udp_without_checksum_is_not_wrong()
    {
        byte[] frame = Ethernet(Ipv4(17, Udp(Bytes(9))));
        frame[40] = frame[41] = 0;
        Packet packet = Decoding.Of(frame);
        Assert.Equal((PacketKind.Udp, PacketNotes.None, 9), (packet.Kind, packet.Notes, packet.PayloadLength));
    }

    [Fact]
    public void Udp_longer_than_its_packet_is_counted_and_ends_with_the_packet()
    {
        byte[] udp = Udp(Bytes(9));
        udp[5] = 200;
        Decoding decoding = new();
        Assert.Equal(9, decoding.One(Ethernet(Ipv4(17, udp))).PayloadLength);
        Assert.Equal("udp-checksum-wrong=1 udp-length-beyond-packet=1", decoding.Counted);
    }

    [Fact]
    public void Ipv6_with_extension_headers_leads_to_its_transport()
    {
        byte[] hopByHop = [60, 0, 1, 4, 0, 0, 0, 0], options = [6, 1, 1, 12, .. new byte[12]];
        Packet packet = Decoding.Of(Ethernet(Ipv6(0, Join(hopByHop, options, Tcp(Bytes(5), source: A6, destination: B6))), 0x86DD));
        Assert.Equal((PacketKind.Tcp, (byte)6, 5, PacketNotes.None), (packet.Kind, packet.IpProtocol, packet.PayloadLength, packet.Notes));
        Assert.Equal("2001:db8::1 2001:db8::2 89", $"{packet.Source} {packet.Destination} {packet.IpLength}");
    }

    [Fact]
    public void A_routing_header_with_segments_left_names_the_true_destination()
    {
        byte[] last = Convert.FromHexString("20010db8000000000000000000000099");
        byte[] routing = Join([17, 2, 0, 1, 0, 0, 0, 0], last);
        Packet packet = Decoding.Of(Ethernet(Ipv6(43, Join(routing, Udp([1], source: A6, destination: last))), 0x86DD));
        Assert.Equal(("2001:db8::99", PacketNotes.None), (packet.Destination.ToString(), packet.Notes));
    }

    [Fact]
    public void A_mobile_node_is_known_by_its_home_address()
    {
        byte[] home = Convert.FromHexString("20010db8000000000000000000000077");
        byte[] options = Join([17, 2, 1, 2, 0, 0, 0xC9, 16], home);
        Packet packet = Decoding.Of(Ethernet(Ipv6(60, Join(options, Udp([1], source: home, destination: B6))), 0x86DD));
        Assert.Equal(("2001:db8::77", PacketNotes.None), (packet.Source.ToString(), packet.Notes));
    }

    [Fact]
    public void An_authentication_header_shows_its_transport()
    {
        byte[] header = [6, 4, 0, 0, .. Be32(1), .. Be32(2), .. new byte[12]];
        Packet packet = Decoding.Of(Ethernet(Ipv4(51, Join(header, Tcp([1, 2, 3])))));
        Assert.Equal((PacketKind.Tcp, (ushort)80, 3), (packet.Kind, packet.DestinationPort, packet.PayloadLength));
    }

    [Fact]
    public void Echo_has_type_and_code_and_its_payload_after_the_checksum()
    {
        Packet packet = Decoding.Of(Ethernet(Ipv4(1, Icmp(8, 0, Bytes(12)))));
        Assert.Equal((PacketKind.Icmp, (ushort)8, (ushort)0, 12, PacketNotes.None), (packet.Kind, packet.SourcePort, packet.DestinationPort, packet.PayloadLength, packet.Notes));
        Packet reply = Decoding.Of(Ethernet(Ipv4(1, Icmp(0, 0, Bytes(12)), B4, A4)));
        Assert.Equal(packet.Hash, reply.Hash);
    }

    [Fact]
    public void An_icmp_error_is_dealt_as_itself_and_to_the_flow_it_quotes()
    {
        byte[] lost = Ipv4(17, Udp(Bytes(20), 4000, 53), C4, D4);
        List<Packet> packets = new Decoding().Show(Ethernet(Ipv4(1, Icmp(3, 3, Join(new byte[4], lost[..28])), B4, A4)));
        Assert.Equal([PacketKind.Icmp, PacketKind.IcmpError], packets.Select(packet => packet.Kind));
        Packet error = packets[1];
        Assert.Equal("10.9.0.3:4000 10.9.0.4:53 17", $"{error.Source}:{error.SourcePort} {error.Destination}:{error.DestinationPort} {error.IpProtocol}");
        Assert.Equal(Decoding.Of(Ethernet(lost)).Hash, error.Hash);
        Assert.Equal([3, 3], error.Payload[..2].ToArray());
    }

    [Fact]
    public void An_icmpv6_error_quotes_past_extension_headers()
    {
        byte[] lost = Ipv6(0, Join([6, 0, 1, 4, 0, 0, 0, 0], Tcp([], 5, 6, source: B6, destination: A6)), B6, A6);
        List<Packet> packets = new Decoding().Show(Ethernet(Ipv6(58, Icmp6(1, 4, Join(new byte[4], lost))), 0x86DD));
        Assert.Equal((PacketKind.IcmpError, (ushort)5, (ushort)6, 1000u), (packets[1].Kind, packets[1].SourcePort, packets[1].DestinationPort, packets[1].Seq));
        Assert.Equal(Decoding.Of(Ethernet(lost, 0x86DD)).Hash, packets[1].Hash);
        Assert.Equal(PacketNotes.None, packets[0].Notes);
    }

    [Fact]
    public void Any_other_transport_is_a_flow_without_ports()
    {
        Packet packet = Decoding.Of(Ethernet(Ipv4(2, Bytes(8))));
        Assert.Equal((PacketKind.OtherIp, (byte)2, (ushort)0, 8), (packet.Kind, packet.IpProtocol, packet.SourcePort, packet.PayloadLength));
    }

    [Theory]
    [InlineData("45 00 00 13", "ipv4-malformed=1")]
    [InlineData("44 00 00 40", "ipv4-malformed=1")]
    [InlineData("65 00 00 40", "ipv4-malformed=1")]
    [InlineData("4F 00 00 40", "ipv4-malformed=1")]
    public void A_bad_ipv4_header_is_counted(string start, string counted)
    {
        byte[] packet = Ipv4(17, Udp([]));
        Convert.FromHexString(start.Replace(" ", "", StringComparison.Ordinal)).CopyTo(packet, 0);
        Decoding decoding = new();
        Packet said = Assert.Single(decoding.Show(Ethernet(packet)));
        Assert.Equal(PacketKind.Malformed, said.Kind);
        Assert.NotEqual(DecoderEvents.None, said.Events);
        Assert.Equal(counted, decoding.Counted);
    }

    [Fact]
    public void An_unknown_link_type_is_counted_by_its_number()
    {
        Decoding decoding = new();
        Assert.Empty(decoding.Show(Bytes(60), 147));
        Assert.Equal("link-type-147=1", decoding.Counted);
    }

    [Theory]
    [InlineData(LinkType.Raw, "")]
    [InlineData(LinkType.RawOpenBsd, "")]
    [InlineData(LinkType.RawLinkType, "")]
    [InlineData(LinkType.Ipv4, "")]
    [InlineData(LinkType.Null, "02000000")]
    [InlineData(LinkType.Null, "00000002")]
    [InlineData(LinkType.Loop, "00000002")]
    [InlineData(LinkType.LinuxSll, "0000 0001 0006 02000000000A 0000 0800")]
    [InlineData(LinkType.LinuxSll2, "0800 0000 00000003 0001 00 06 02000000000A 0000")]
    internal void Other_link_types_lead_to_ip(LinkType link, string header)
    {
        byte[] front = Convert.FromHexString(header.Replace(" ", "", StringComparison.Ordinal));
        Packet packet = Decoding.Of(Join(front, Ipv4(6, Tcp([9]))), link);
        Assert.Equal((PacketKind.Tcp, 9, front.Length), (packet.Kind, packet.Payload[0], packet.NetworkOffset - packet.FrameOffset));
        Assert.Equal(front.Length > 4 ? "02:00:00:00:00:0a" : "00:00:00:00:00:00", packet.SourceMac.ToString());
    }

    [Theory]
    [InlineData("18000000")]
    [InlineData("1C000000")]
    [InlineData("0000001E")]
    [InlineData("0A000000")]
    public void Loopback_knows_the_address_family_of_each_system(string family) =>
        Assert.Equal(PacketKind.Tcp, Decoding.Of(Join(Convert.FromHexString(family), Ipv6(6, Tcp([], source: A6, destination: B6))), LinkType.Null).Kind);
}
