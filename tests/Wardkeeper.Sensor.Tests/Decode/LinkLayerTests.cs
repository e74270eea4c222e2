using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Decode;

public sealed class LinkLayerTests
{
    [Fact]
    public void Arp_is_a_link_packet_after_its_ethertype()
    {
        byte[] frame = Ethernet(Bytes(28), 0x0806, destination: [255, 255, 255, 255, 255, 255]);
        Packet packet = Decoding.Of(frame);
        Assert.Equal((PacketKind.Link, (ushort)0x0806, 28), (packet.Kind, packet.EtherType, packet.PayloadLength));
        Assert.Equal(packet.FrameOffset, packet.NetworkOffset);
        Assert.Equal(Bytes(28), packet.Payload);
    }

    [Fact]
    public void Two_stations_have_one_hash_per_ethertype()
    {
        uint there = Decoding.Of(Ethernet(Bytes(28), 0x88CC)).Hash;
        Assert.Equal(there, Decoding.Of(Ethernet(Bytes(28), 0x88CC, MacB, MacA)).Hash);
        Assert.NotEqual(there, Decoding.Of(Ethernet(Bytes(28), 0x888E)).Hash);
    }

    [Theory]
    [InlineData(0x8100)]
    [InlineData(0x88A8)]
    [InlineData(0x9100)]
    public void Two_vlan_tags_are_outer_and_inner(int outer)
    {
        Packet packet = Decoding.Of(Ethernet(Vlan(0x6000 | 100, 0x8100, Vlan(200, 0x0800, Ipv4(6, Tcp([1])))), outer));
        Assert.Equal((PacketKind.Tcp, (ushort)100, (ushort)200), (packet.Kind, packet.Vlan, packet.InnerVlan));
    }

    [Fact]
    public void Vlan_is_not_part_of_the_hash() =>
        Assert.Equal(Decoding.Of(Ethernet(Ipv4(6, Tcp([])))).Hash, Decoding.Of(Ethernet(Vlan(5, 0x0800, Ipv4(6, Tcp([]))), 0x8100)).Hash);

    [Fact]
    public void Endless_vlan_tags_are_given_up()
    {
        Decoding decoding = new();
        Assert.Empty(decoding.Show(Ethernet(Join([.. Enumerable.Repeat(Be32(0x0001_8100), 30)]), 0x8100)));
        Assert.Equal("vlan-malformed=1", decoding.Counted);
    }

    [Fact]
    public void Spanning_tree_ends_with_its_8023_length()
    {
        Packet packet = Decoding.Of(Ethernet(Join([0x42, 0x42, 3], Bytes(35), new byte[8]), 38));
        Assert.Equal((PacketKind.Link, (ushort)0x4242), (packet.Kind, packet.EtherType));
        Assert.Equal(Bytes(35), packet.Payload);
    }

    [Fact]
    public void Cdp_is_known_by_its_snap_type()
    {
        Packet packet = Decoding.Of(Ethernet(Join([0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20, 0], Bytes(30)), 38));
        Assert.Equal((PacketKind.Link, (ushort)0x2000), (packet.Kind, packet.EtherType));
        Assert.Equal(Bytes(30), packet.Payload);
    }

    [Fact]
    public void Ip_behind_snap_is_ip() =>
        Assert.Equal(PacketKind.Tcp, Decoding.Of(Ethernet(Join([0xAA, 0xAA, 3, 0, 0, 0, 8, 0], Ipv4(6, Tcp([]))), 48)).Kind);

    [Theory]
    [InlineData("FFFF0022", "novell-raw=1")]
    [InlineData("F0F003", "llc-other=1")]
    [InlineData("42", "llc-malformed=1")]
    public void Other_llc_is_counted(string start, string counted)
    {
        byte[] llc = Convert.FromHexString(start);
        Decoding decoding = new();
        Assert.Empty(decoding.Show(Ethernet(llc, llc.Length)));
        Assert.Equal(counted, decoding.Counted);
    }

    [Theory]
    [InlineData(0x0021)]
    [InlineData(0x0057)]
    public void Pppoe_sessions_carry_ip(int protocol)
    {
        byte[] ip = protocol == 0x21 ? Ipv4(6, Tcp([1, 2])) : Ipv6(6, Tcp([1, 2], source: A6, destination: B6));
        Packet packet = Decoding.Of(Ethernet(Join([0x11, 0, 0, 1], Be16(ip.Length + 2), Be16(protocol), ip, new byte[6]), 0x8864));
        Assert.Equal((PacketKind.Tcp, 2), (packet.Kind, packet.PayloadLength));
    }

    [Fact]
    public void Mpls_labels_lead_to_ip()
    {
        Packet packet = Decoding.Of(Ethernet(Join(Be32(0x00010040), Be32(0x00020140), Ipv4(6, Tcp([1]))), 0x8847));
        Assert.Equal((PacketKind.Tcp, 22), (packet.Kind, packet.NetworkOffset - packet.FrameOffset));
    }

    [Fact]
    public void An_ethernet_pseudowire_shows_its_inner_stations()
    {
        byte[] inner = Ethernet(Ipv4(6, Tcp([1])), source: [0x06, 0, 0, 0, 0, 1]);
        Packet packet = Decoding.Of(Ethernet(Join(Be32(0x00010140), new byte[4], inner), 0x8847));
        Assert.Equal((PacketKind.Tcp, "06:00:00:00:00:01"), (packet.Kind, packet.SourceMac.ToString()));
    }

    [Fact]
    public void Arp_on_a_cooked_capture_has_its_sender_only()
    {
        Packet packet = Decoding.Of(Join([0, 0, 0, 1, 0, 6], MacA, [0, 0, 0x08, 0x06], Bytes(28)), LinkType.LinuxSll);
        Assert.Equal((PacketKind.Link, "02:00:00:00:00:0a", true), (packet.Kind, packet.SourceMac.ToString(), packet.DestinationMac.IsNone));
    }
}
