using Wardkeeper.Sensor.Decode;
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
