using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Tests.Protocols;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Decode;

public sealed class RadioTests
{
    [Theory]
    [InlineData(LinkType.BluetoothLe, "")]
    [InlineData(LinkType.BluetoothLeWithHeader, "2580800000000000000c")]
    [InlineData(LinkType.NordicBle, "01370003010006" + "0a" + "0125370000" + "00000000")]
    internal void Bluetooth_advertisement_is_a_packet_of_its_sender(LinkType link, string header)
    {
        byte[] packet = Seeds.Read("btle", "glucose-meter");
        Packet decoded = Decoding.Of(Join(Convert.FromHexString(header), packet, [1, 2, 3]), link);
        Assert.Equal((PacketKind.Link, RadioTypes.BluetoothLe, packet.Length), (decoded.Kind, decoded.EtherType, decoded.PayloadLength));
        Assert.Equal(("00:00:5e:00:53:f2", "ff:ff:ff:ff:ff:ff"), (decoded.SourceMac.ToString(), decoded.DestinationMac.ToString()));
    }

    [Fact]
    public void Packet_of_a_connection_is_between_those_who_made_it()
    {
        Decoding decoding = new();
        decoding.Show(Seeds.Read("btle", "version"), (int)LinkType.BluetoothLe);
        Assert.Equal("bluetooth-le-unknown-connection=1", decoding.Counted);
        decoding.Show(Seeds.Read("btle", "connect"), (int)LinkType.BluetoothLe);
        // Header of the link type: from peripheral to central, which the flags say.
        Packet decoded = decoding.One(Join(Convert.FromHexString("25808000000000008001"), Seeds.Read("btle", "version"), [1, 2, 3]), (int)LinkType.BluetoothLeWithHeader);
        Assert.Equal(("00:00:5e:00:53:f2", "00:00:5e:00:53:e1"), (decoded.SourceMac.ToString(), decoded.DestinationMac.ToString()));
    }

    [Theory]
    [InlineData(LinkType.Ieee802154, "", "aabb")]
    [InlineData(LinkType.Ieee802154NoFcs, "", "")]
    [InlineData(LinkType.Ieee802154Tap, "00000c000000010001000000", "aabb")]
    [InlineData(LinkType.Ieee802154Tap, "00000c000000010000000000", "")]
    internal void Frame_of_a_small_network_is_a_packet_without_its_check(LinkType link, string header, string check)
    {
        byte[] frame = Seeds.Read("wpan", "association-response");
        Packet decoded = Decoding.Of(Join(Convert.FromHexString(header), frame, Convert.FromHexString(check)), link);
        Assert.Equal((PacketKind.Link, RadioTypes.Ieee802154, frame.Length), (decoded.Kind, decoded.EtherType, decoded.PayloadLength));
        Assert.Equal(("00:5e:00:00:00:01", "00:5e:00:00:00:17"), (decoded.SourceMac.ToString(), decoded.DestinationMac.ToString()));
    }

    [Theory]
    [InlineData("02001d", "ieee802154-acknowledgement=1")]
    [InlineData("00eb01cdab", "ieee802154-2015=1")]
    [InlineData("23c801cdab", "ieee802154-malformed=1")]
    public void What_has_no_addresses_is_counted(string frame, string counted)
    {
        Decoding decoding = new();
        decoding.Show(Convert.FromHexString(frame), (int)LinkType.Ieee802154NoFcs);
        Assert.Equal(counted, decoding.Counted);
    }
}
