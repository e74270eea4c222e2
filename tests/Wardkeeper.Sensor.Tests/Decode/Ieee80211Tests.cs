using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Decode;

public sealed class Ieee80211Tests
{
    private static readonly byte[] Llc = [0xAA, 0xAA, 3, 0, 0, 0, 8, 0];
    private static readonly byte[] Station1 = [2, 1, 1, 1, 1, 1], Station2 = [2, 2, 2, 2, 2, 2], Station3 = [2, 3, 3, 3, 3, 3], Station4 = [2, 4, 4, 4, 4, 4];

    private static byte[] Frame(byte control, byte flags, byte[] extra, byte[] body) =>
        Join([control, flags, 0, 0], Station1, Station2, Station3, [0, 0], extra, body);

    private static byte[] Data(byte control, byte flags, byte[] extra) => Frame(control, flags, extra, Join(Llc, Ipv4(6, Tcp([1, 2]))));

    [Theory]
    [InlineData(0x08, 0, "", 2, 1)]
    [InlineData(0x08, 1, "", 2, 3)]
    [InlineData(0x08, 2, "", 3, 1)]
    [InlineData(0x88, 1, "0000", 2, 3)]
    [InlineData(0x88, 0x81, "000000000000", 2, 3)]
    [InlineData(0x88, 3, "0204040404040000", 4, 3)]
    public void Stations_depend_on_the_direction(byte control, byte flags, string extra, int source, int destination)
    {
        Packet packet = Decoding.Of(Data(control, flags, Convert.FromHexString(extra)), LinkType.Ieee80211);
        Assert.Equal((PacketKind.Tcp, 2), (packet.Kind, packet.PayloadLength));
        Assert.Equal(source, (int)(packet.SourceMac.Value & 0xFF));
        Assert.Equal(destination, (int)(packet.DestinationMac.Value & 0xFF));
    }

    [Fact]
    public void Radiotap_says_that_a_check_sequence_follows()
    {
        // Time stamp and flags are present; the check sequence must not become payload of a link packet.
        byte[] radiotap = [0, 0, 18, 0, 3, 0, 0, 0, .. new byte[8], 0x10, 0];
        byte[] arp = Frame(0x08, 1, [], Join([0xAA, 0xAA, 3, 0, 0, 0, 8, 6], Bytes(28)));
        Packet packet = Decoding.Of(Join(radiotap, arp, [1, 2, 3, 4]), LinkType.Ieee80211Radiotap);
        Assert.Equal((PacketKind.Link, 28), (packet.Kind, packet.PayloadLength));
        Assert.Equal("02:02:02:02:02:02", packet.SourceMac.ToString());
    }

    [Theory]
    [InlineData(0xB4, 0, "ieee80211-control=1")]
    [InlineData(0x08, 0x41, "ieee80211-encrypted=1")]
    [InlineData(0x48, 1, "ieee80211-no-data=1")]
    [InlineData(0x08, 5, "ieee80211-fragments=1")]
    public void What_is_not_readable_data_is_counted(byte control, byte flags, string counted)
    {
        Decoding decoding = new();
        Assert.Empty(decoding.Show(Data(control, flags, []), (int)LinkType.Ieee80211));
        Assert.Equal(counted, decoding.Counted);
    }

    [Theory]
    [InlineData(LinkType.Ieee80211, "")]
    [InlineData(LinkType.Ieee80211Radiotap, "0000080000000000")]
    [InlineData(LinkType.Prism, "440000000c00000000000000")]
    [InlineData(LinkType.Ieee80211Avs, "802110010000000c00000000")]
    [InlineData(LinkType.Ppi, "0000080069000000")]
    internal void Management_frame_is_a_packet_between_its_stations(LinkType link, string header)
    {
        Packet packet = Decoding.Of(Join(Convert.FromHexString(header), Frame(0xC0, 0, [], [7, 0])), link);
        Assert.Equal((PacketKind.Link, RadioTypes.Wlan, 26), (packet.Kind, packet.EtherType, packet.PayloadLength));
        Assert.Equal(("02:02:02:02:02:02", "02:01:01:01:01:01"), (packet.SourceMac.ToString(), packet.DestinationMac.ToString()));
    }

    [Fact]
    public void Each_subframe_of_an_aggregate_is_a_packet()
    {
        byte[] content = Join(Llc, Ipv4(6, Tcp([1])));
        byte[] subframe = Join(Station3, Station4, Be16(content.Length), content);
        byte[] padded = Join(subframe, new byte[(4 - (subframe.Length % 4)) % 4]);
        List<Packet> packets = new Decoding().Show(Frame(0x88, 1, [0x80, 0], Join(padded, subframe)), (int)LinkType.Ieee80211);
        Assert.Equal(2, packets.Count);
        Assert.All(packets, packet => Assert.Equal("02:04:04:04:04:04", packet.SourceMac.ToString()));
    }

    [Theory]
    [InlineData(LinkType.Ppp, "FF030021")]
    [InlineData(LinkType.PppHdlc, "0021")]
    [InlineData(LinkType.PppHdlc, "0F000800")]
    [InlineData(LinkType.CiscoHdlc, "0F000800")]
    [InlineData(LinkType.Ppi, "0000080065000000")]
    [InlineData(LinkType.Nflog, "02000000 0600 0A00 00000000 0400 0900")]
    internal void Rarer_links_lead_to_ip(LinkType link, string header) =>
        Assert.Equal(PacketKind.Tcp, Decoding.Of(Join(Convert.FromHexString(header.Replace(" ", "", StringComparison.Ordinal)), Ipv4(6, Tcp([1]))), link).Kind);
}
