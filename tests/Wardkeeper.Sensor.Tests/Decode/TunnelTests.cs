using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Tests.Captures;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Decode;

public sealed class TunnelTests
{
    private static readonly byte[] MacC = [0x06, 0, 0, 0, 0, 0x0C], MacD = [0x06, 0, 0, 0, 0, 0x0D];
    private static readonly byte[] InnerTcp = Tcp([7, 8, 9], 1111, 104, source: C4, destination: D4);
    private static readonly byte[] Inner4 = Ipv4(6, InnerTcp, C4, D4, id: 42);
    private static readonly byte[] InnerFrame = Ethernet(Inner4, source: MacC, destination: MacD);
    private static readonly byte[] Inner6 = Ipv6(6, Tcp([7, 8, 9], 1111, 104, source: A6, destination: B6));

    private static byte[] Gre(int flags, int type, byte[] options, byte[] inner) => Ethernet(Ipv4(47, Join(Be16(flags), Be16(type), options, inner)));

    private static byte[] OverUdp(int port, byte[] header, byte[] inner) => Ethernet(Ipv4(17, Udp(Join(header, inner), 50000, port)));

    private static void HoldsInner(Packet packet, bool replacesStations)
    {
        Assert.Equal((PacketKind.Tcp, (ushort)1111, (ushort)104, 3), (packet.Kind, packet.SourcePort, packet.DestinationPort, packet.PayloadLength));
        Assert.Equal([7, 8, 9], packet.Payload.ToArray());
        Assert.Equal(PacketNotes.Tunnelled, packet.Notes);
        Assert.True(packet.Tunnel >= 1);
        Assert.Equal(packet.NetworkOffset, packet.FrameOffset);
        Assert.Equal(replacesStations ? "06:00:00:00:00:0c" : "02:00:00:00:00:0a", packet.SourceMac.ToString());
    }

    [Fact]
    public void Ip_in_ip_shows_only_the_inner_packet()
    {
        HoldsInner(Decoding.Of(Ethernet(Ipv4(4, Inner4))), false);
        HoldsInner(Decoding.Of(Ethernet(Ipv4(41, Inner6))), false);
        HoldsInner(Decoding.Of(Ethernet(Ipv6(4, Inner4), 0x86DD)), false);
        HoldsInner(Decoding.Of(Ethernet(Ipv6(41, Inner6), 0x86DD)), false);
    }

    [Fact]
    public void The_inner_packet_has_the_hash_it_has_outside() =>
        Assert.Equal(Decoding.Of(InnerFrame).Hash, Decoding.Of(Ethernet(Ipv4(4, Inner4))).Hash);

    [Fact]
    public void Gre_of_every_kind_is_opened()
    {
        HoldsInner(Decoding.Of(Gre(0, 0x0800, [], Inner4)), false);
        HoldsInner(Decoding.Of(Gre(0xB000, 0x0800, new byte[12], Inner4)), false);
        HoldsInner(Decoding.Of(Gre(0x2000, 0x86DD, new byte[4], Inner6)), false);
        HoldsInner(Decoding.Of(Gre(0, 0x6558, [], InnerFrame)), true);
        HoldsInner(Decoding.Of(Gre(0x3081, 0x880B, new byte[12], Join([0xFF, 0x03, 0x00, 0x21], Inner4))), false);
        HoldsInner(Decoding.Of(Gre(0x3001, 0x880B, new byte[8], Join([0x21], Inner4))), false);
    }

    [Fact]
    public void Gre_that_cannot_be_read_is_a_flow_of_its_own()
    {
        Decoding decoding = new();
        Packet packet = decoding.One(Gre(0x3001, 0x880B, new byte[8], [0xFF, 0x03, 0x00, 0xFD, 1, 2, 3]));
        Assert.Equal((PacketKind.OtherIp, (byte)47, 0), (packet.Kind, packet.IpProtocol, packet.Tunnel));
        Assert.Equal("gre-other=1", decoding.Counted);
    }

    [Fact]
    public void Erspan_shows_the_mirrored_frame_with_its_vlan()
    {
        HoldsInner(Decoding.Of(Gre(0, 0x88BE, [], InnerFrame)), true);
        Packet second = Decoding.Of(Gre(0x1000, 0x88BE, new byte[4], Join([0x10, 0x64, 0, 5, 0, 0, 0, 0], InnerFrame)));
        HoldsInner(second, true);
        Assert.Equal(100, second.Vlan);
        Packet third = Decoding.Of(Gre(0x1000, 0x22EB, new byte[4], Join([0x20, 0x65, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1], new byte[8], InnerFrame)));
        HoldsInner(third, true);
        Assert.Equal(101, third.Vlan);
        byte[] tagged = Ethernet(Vlan(7, 0x0800, Inner4), 0x8100, MacC, MacD);
        Assert.Equal(7, Decoding.Of(Gre(0x1000, 0x88BE, new byte[4], Join([0x10, 0x64, 0, 5, 0, 0, 0, 0], tagged))).Vlan);
    }

    [Theory]
    [InlineData(4789, "08000000 00012300")]
    [InlineData(8472, "08000000 00012300")]
    [InlineData(4789, "88000010 00012300")]
    [InlineData(4790, "0C000003 00012300")]
    [InlineData(6081, "00006558 00012300")]
    [InlineData(6081, "02406558 00012300 0102030400000000")]
    public void Vxlan_and_geneve_show_both_packets(int port, string header)
    {
        List<Packet> packets = new Decoding().Show(OverUdp(port, Convert.FromHexString(header.Replace(" ", "", StringComparison.Ordinal)), InnerFrame));
        Assert.Equal(2, packets.Count);
        Assert.Equal((PacketKind.Udp, (ushort)port, 0, PacketNotes.None), (packets[0].Kind, packets[0].DestinationPort, packets[0].Tunnel, packets[0].Notes));
        HoldsInner(packets[1], true);
    }

    [Theory]
    [InlineData("08000000 00012301", 1)]
    [InlineData("00000000 00012300", 0)]
    [InlineData("0C000000 00012300", 1)]
    [InlineData("08000001 00012300", 1)]
    public void Reserved_bits_of_vxlan_are_ignored_only_before_ip(string header, int inner)
    {
        byte[] vxlan = Convert.FromHexString(header.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(1 + inner, new Decoding().Show(OverUdp(4789, vxlan, InnerFrame)).Count);
        Assert.Single(new Decoding().Show(OverUdp(4789, vxlan, Ethernet(Bytes(40), 0x0999))));
    }

    [Fact]
    public void A_backbone_and_wccp_show_what_they_carry()
    {
        HoldsInner(Decoding.Of(Gre(0, 0x883E, new byte[4], Inner4)), false);
        HoldsInner(Decoding.Of(Gre(0, 0x883E, [], Inner4)), false);
        Packet packet = Decoding.Of(Ethernet(Join(new byte[4], InnerFrame), 0x88E7));
        Assert.Equal((PacketKind.Tcp, "06:00:00:00:00:0c"), (packet.Kind, packet.SourceMac.ToString()));
    }

    [Fact]
    public void Gtp_shows_the_subscriber_packet()
    {
        HoldsInner(new Decoding().Show(OverUdp(2152, [0x30, 255, .. Be16(Inner4.Length), 0, 0, 0, 1], Inner4))[1], false);
        HoldsInner(new Decoding().Show(OverUdp(2152, [0x34, 255, .. Be16(Inner4.Length + 8), 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0], Inner4))[1], false);
        Assert.Single(new Decoding().Show(OverUdp(2152, [0x30, 255, .. Be16(Inner4.Length + 1), 0, 0, 0, 1], Inner4)));
    }

    [Fact]
    public void Teredo_shows_the_inner_packet()
    {
        HoldsInner(new Decoding().Show(OverUdp(3544, [], Inner6))[1], false);
        HoldsInner(new Decoding().Show(OverUdp(3544, [0, 1, 0, 0, .. new byte[9], 0, 0, .. new byte[6]], Inner6))[1], false);
    }

    [Fact]
    public void L2tp_shows_what_its_sessions_carry()
    {
        byte[] ppp = Join([0xFF, 0x03, 0x00, 0x21], Inner4);
        HoldsInner(new Decoding().Show(OverUdp(1701, [0x00, 0x02, 0, 1, 0, 2], ppp))[1], false);
        HoldsInner(new Decoding().Show(OverUdp(1701, [0x4A, 0x02, .. Be16(ppp.Length + 16), 0, 1, 0, 2, 0, 1, 0, 1, 0, 2, 0, 0], ppp))[1], false);
        HoldsInner(new Decoding().Show(OverUdp(1701, [0, 3, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4], InnerFrame))[1], true);
        HoldsInner(Decoding.Of(Ethernet(Ipv4(115, Join([0, 0, 0, 9], InnerFrame)))), true);
        Assert.Single(new Decoding().Show(OverUdp(1701, [0xC8, 0x02, 0, 20, 0, 1, 0, 0, 0, 1, 0, 1], ppp)));
        Assert.Single(new Decoding().Show(OverUdp(1701, [0x00, 0x02, 0, 1, 0, 2], [0xFF, 0x03, 0xC0, 0x21, 1, 1, 0, 4])));
        Assert.Equal(PacketKind.OtherIp, Decoding.Of(Ethernet(Ipv4(115, Join([0, 0, 0, 0], InnerFrame)))).Kind);
    }

    [Fact]
    public void A_service_header_and_fabric_path_lead_to_what_they_carry()
    {
        HoldsInner(new Decoding().Show(OverUdp(4790, [0x0C, 0, 0, 4, 0, 1, 0x23, 0, 0, 2, 2, 1, 0, 0, 1, 2], Inner4))[1], false);
        Assert.Equal(1111, Decoding.Of(Ethernet(Join([0x00, 0x06, 0x01, 0x03], new byte[20], InnerFrame), 0x894F)).SourcePort);
        Assert.Equal("06:00:00:00:00:0c", Decoding.Of(Ethernet(Join([0, 1], InnerFrame), 0x8903)).SourceMac.ToString());
        Decoding decoding = new();
        Assert.Empty(decoding.Show(Ethernet(Join([0x00, 0x01, 0x01, 0x03], new byte[20]), 0x894F)));
        Assert.Equal("nsh-malformed=1", decoding.Counted);
    }

    [Fact]
    public void Frames_of_stations_come_out_of_what_access_points_send_their_controller()
    {
        byte[] radio = [0x08, 0x01, 0, 0, 6, 0, 0, 0, 0, 1, .. MacC, .. MacD, 0, 0, 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. Inner4];
        byte[] swapped = [radio[1], radio[0], .. radio[2..]];
        HoldsInner(new Decoding().Show(OverUdp(5247, [0, 0x10, 0x03, 0, 0, 0, 0, 0], radio))[1], true);
        HoldsInner(new Decoding().Show(OverUdp(5247, [0, 0x10, 0x43, 0, 0, 0, 0, 0], swapped))[1], true);
        HoldsInner(new Decoding().Show(OverUdp(5247, [0, 0x10, 0x02, 0, 0, 0, 0, 0], InnerFrame))[1], true);
        HoldsInner(Decoding.Of(Gre(0, 0x8240, [], radio)), true);
        Assert.Single(new Decoding().Show(OverUdp(5247, [0, 0x10, 0x03, 0x80, 0, 0, 0, 0], radio)));
        Assert.Single(new Decoding().Show(OverUdp(5247, [1, 0x10, 0x03, 0, 0, 0, 0, 0], radio)));
    }

    /// <summary>How many frames of real captures hold a packet from within a tunnel, and of which kinds; the counts are those of Wireshark's layers.</summary>
    [Theory]
    [InlineData("ivre/nb6-startup.pcap", "Icmp6 tunnelled=6")]
    [InlineData("ndpi/capwap.pcap", "Icmp6 tunnelled=5 Link=25 Link tunnelled=158")]
    [InlineData("suricata-verify/decode-nsh-type1/input.pcap", "Udp=1")]
    [InlineData("suricata-verify/decode-nsh-type2/input.pcap", "Udp=1")]
    [InlineData("tcpdump/nsh-over-vxlan-gpe.pcap", "Udp tunnelled=1")]
    [InlineData("zeek/cisco-fabric-path.pcap", "OtherIp=64 Tcp=32 Udp=32")]
    [InlineData("zeek/tunnels/gre-aruba-amsdu.pcap", "Tcp tunnelled=1")]
    [InlineData("zeek/mixed-vlan-mpls.pcap", "Tcp=47")]
    [InlineData("zeek/erspanII.pcap", "Icmp tunnelled=4")]
    [InlineData("zeek/tunnels/gre-erspan3-dot1q.pcap", "Icmp tunnelled=2")]
    [InlineData("ndpi/sctp.cap", "OtherIp=4")]
    public void Real_tunnels_show_what_is_in_them(string capture, string innermost)
    {
        Decoder decoder = new(new SensorCounters());
        PacketBatch batch = new();
        SortedDictionary<string, int> kinds = new(StringComparer.Ordinal);
        using ICaptureSource source = CaptureFiles.Open([SharedFiles.Path("captures/" + capture)]);
        while (source.TryRead(out RawPacket raw))
        {
            batch.Clear();
            decoder.Decode(in raw, batch);
            if (batch.Count == 0) continue;
            ref Packet packet = ref batch.At(batch.Count - 1);
            string kind = packet.Kind + ((packet.Notes & PacketNotes.Tunnelled) != 0 ? " tunnelled" : "");
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
        Assert.Contains(innermost, string.Join(' ', kinds.Select(one => $"{one.Key}={one.Value}")), StringComparison.Ordinal);
    }

    [Fact]
    public void Etherip_and_mpls_in_ip_are_opened()
    {
        HoldsInner(Decoding.Of(Ethernet(Ipv4(97, Join([0x30, 0], InnerFrame)))), true);
        HoldsInner(Decoding.Of(Ethernet(Ipv4(137, Join(Be32(0x00010140), Inner4)))), false);
    }

    [Fact]
    public void Tunnels_within_tunnels_are_bounded()
    {
        byte[] packet = Inner4;
        for (int i = 0; i < 4; i++) packet = Ipv4(4, packet);
        HoldsInner(Decoding.Of(Ethernet(packet)), false);
        Decoding decoding = new();
        Assert.Equal((PacketKind.OtherIp, (byte)4), (decoding.One(Ethernet(Ipv4(4, packet))).Kind, decoding.Packets[0].IpProtocol));
        Assert.Equal("tunnel-too-deep=1", decoding.Counted);
    }

    [Fact]
    public void A_tunnel_keeps_its_index_in_both_directions_and_its_uid()
    {
        Decoding decoding = new();
        int there = decoding.One(Ethernet(Ipv4(4, Inner4))).Tunnel;
        string? uid = decoding.Decoder.TunnelUid(there);
        Assert.Equal(there, decoding.One(Ethernet(Ipv4(4, Inner4, B4, A4))).Tunnel);
        Assert.NotEqual(there, decoding.One(Gre(0, 0x0800, [], Inner4)).Tunnel);
        Assert.Equal(uid, decoding.Decoder.TunnelUid(there));
        Assert.Matches("^C[0-9A-Za-z]{17}$", uid);
        Assert.Null(decoding.Decoder.TunnelUid(0));
        Assert.Null(decoding.Decoder.TunnelUid(int.MaxValue));
    }

    [Fact]
    public void Tunnels_are_bounded()
    {
        Decoding decoding = new(new DecoderLimits { Tunnels = 2 });
        for (int i = 1; i <= 3; i++) decoding.One(Ethernet(Ipv4(4, Inner4, [10, 0, 1, (byte)i])));
        Assert.Equal(0, decoding.Packets[0].Tunnel);
        Assert.Equal("tunnel-table-full=1", decoding.Counted);
    }

    [Fact]
    public void A_fragmented_tunnel_packet_is_opened_after_reassembly()
    {
        byte[] inner = Ipv4(17, Udp(Bytes(2000), source: C4, destination: D4), C4, D4);
        byte[] outer = Join(Be16(0), Be16(0x0800), inner);
        Decoding decoding = new();
        Assert.Empty(decoding.Show(Ethernet(Ipv4(47, outer[..1200], id: 5, fragment: 0x2000))));
        Packet packet = decoding.One(Ethernet(Ipv4(47, outer[1200..], id: 5, fragment: 150)));
        Assert.Equal((PacketKind.Udp, 2000, PacketNotes.Reassembled | PacketNotes.Tunnelled), (packet.Kind, packet.PayloadCaptured, packet.Notes));
    }

    [Fact]
    public void A_tunnelled_arp_is_a_link_packet_of_the_inner_stations()
    {
        Packet packet = new Decoding().Show(OverUdp(4789, [8, 0, 0, 0, 0, 0, 1, 0], Ethernet(Bytes(28), 0x0806, MacC, MacD)))[1];
        Assert.Equal((PacketKind.Link, (ushort)0x0806, "06:00:00:00:00:0c"), (packet.Kind, packet.EtherType, packet.SourceMac.ToString()));
        Assert.Equal(14, packet.PayloadOffset - packet.FrameOffset);
    }
}
