using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Btle;

namespace Wardkeeper.Sensor.Tests.Protocols.Btle;

/// <summary>All packets are constructed: the shared collection has no real ones.</summary>
public sealed class BtleAnalyserTests
{
    private static readonly MacAddress Central = new(0x00005E0053E1), Peripheral = new(0x00005E0053F2);

    private static readonly FlowView View = new() { Uid = "Ctest", Carrier = Carrier.Link, EtherType = RadioTypes.BluetoothLe, OriginatorMac = Central, ResponderMac = Peripheral };

    [Fact]
    public void Advertisements_are_read()
    {
        Conversation said = Of([Client("glucose-meter"), Client("glucose-scan-response"), Client("tag"), Client("phone"), Client("glucose-meter")]);
        Golden.Hold("advertisements", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Connection_is_followed_until_it_is_encrypted_and_no_measurement_is_read()
    {
        Conversation said = Of(
        [
            Client("connect"), Client("version"), Server("version"), Client("services-question"), Server("services"), Client("characteristics-question"), Server("characteristics"),
            Client("manufacturer-question"), Server("manufacturer"), Client("serial-question"), Server("serial"), Client("measurement-question"), Server("measurement"),
            Client("firmware-question"), Server("firmware"), Client("pairing-request"), Server("pairing-response"), Client("encryption-question"), Server("encryption"), Server("manufacturer"),
        ]);
        Golden.Hold("connection", said.Lines);
        Assert.DoesNotContain(said.Lines, line => line.Contains("patient", StringComparison.Ordinal));
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Answers_are_the_peripherals_where_the_radio_cannot_tell()
    {
        Conversation said = Of([Client("connect"), Client("firmware-question"), Client("firmware")]);
        Assert.Equal(Peripheral, Assert.IsType<BtleEvent>(said.Transactions[^1]).Sender);
    }

    [Theory]
    [InlineData("pairing-request", "pairing-response", "just-works", false, 7)]
    [InlineData("pairing-request-secure", "pairing-response-secure", "numeric-comparison", true, 16)]
    [InlineData("pairing-request-secure", "pairing-response", "just-works", false, 7)]
    public void Pairing_follows_from_what_both_can_do(string request, string response, string method, bool isSecure, int keySize)
    {
        BtleEvent pairing = Assert.IsType<BtleEvent>(Of([Client("connect"), Client(request), Server(response)]).Transactions[^1]);
        Assert.Equal((method, isSecure, keySize), (pairing.PairingMethod, pairing.IsSecureConnections, (int)pairing.KeySize!));
    }

    [Fact]
    public void Message_in_two_packets_is_put_together()
    {
        byte[] whole = Seeds.Read("btle", "firmware");
        byte[] first = [.. whole[..4], 2, 8, .. whole[6..14]], second = [.. whole[..4], 1, (byte)(whole.Length - 14), .. whole[14..]];
        Conversation said = Of([Client("connect"), Client("firmware-question"), Said.Server(first), Said.Server(second)]);
        Assert.Equal("4.1.2", Assert.IsType<BtleEvent>(said.Transactions[^1]).Value);
    }

    [Fact]
    public void Device_is_claimed_with_type_maker_and_serial_number()
    {
        string[] claims = [.. Of([Client("glucose-meter"), Client("connect"), Client("characteristics-question"), Server("characteristics"), Client("serial-question"), Server("serial")]).Observe(View).OfType<Claim>().Select(claim => $"{claim.Subject.Mac} {claim.Kind} {claim.Value}")];
        Assert.Equal(
        [
            "00:00:5e:00:53:f2 FriendlyName meter 17", "00:00:5e:00:53:f2 AnnouncedService ble 0x1808 glucose", "00:00:5e:00:53:f2 Type glucose-meter",
            "00:00:5e:00:53:f2 AnnouncedService ble 0x180a device-information", "00:00:5e:00:53:f2 SerialNumber GM-000417",
        ], claims);
    }

    [Fact]
    public void Address_that_changes_is_no_device() => Assert.Empty(Of([Client("phone")]).Observe(View));

    [Theory]
    [InlineData("glucose-meter", 5, 99, "btle.header")]
    [InlineData("glucose-meter", 12, 99, "btle.element")]
    public void Malformed_packet_is_a_named_fault(string seed, int at, byte value, string fault)
    {
        byte[] packet = Seeds.Read("btle", seed);
        packet[at] = value;
        Assert.Equal(fault, Assert.Single(Of([Said.Client(packet)]).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_packet_is_survived()
    {
        foreach (string seed in (string[])["glucose-meter", "connect", "characteristics", "pairing-request", "version"])
        {
            byte[] packet = Seeds.Read("btle", seed);
            for (int length = 0; length < packet.Length; length++)
            {
                byte[] cut = packet[..length];
                if (length > 6) cut[5] = (byte)(length - 6);
                Of([Client("connect"), Said.Client(cut), Said.Server(cut)]);
            }
        }
    }

    private static Said Client(string seed) => Said.Client(Seeds.Read("btle", seed));

    private static Said Server(string seed) => Said.Server(Seeds.Read("btle", seed));

    private static Conversation Of(IEnumerable<Said> said) => Conversation.Of<BtleAnalyser>(said, View);
}
