using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Wpan;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Wpan;

public sealed class WpanAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, RadioTypes.Ieee802154);

    [Fact]
    public void Networks_joining_and_protection_are_read_and_no_key_is_shown()
    {
        Conversation said = Of("beacon", "beacon-request", "association-request", "association-response", "disassociation", "secured-traffic", "key-in-clear", "key-protected", "open-traffic", "link-secured");
        Golden.Hold("frames", said.Lines);
        Assert.DoesNotContain(said.Lines, line => line.Contains("00112233", StringComparison.Ordinal) || line.Contains("00:11:22:33", StringComparison.Ordinal));
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Devices_are_claimed_by_their_long_addresses()
    {
        string[] claims = [.. Of("association-request", "association-response").Observe(View).OfType<Claim>().Select(claim => $"{claim.Subject.Ip} {claim.Kind} {claim.Value}")];
        Assert.Equal(
        [
            "00-5e-00-53-00-00-00-17 Description IEEE 802.15.4 address 00:5e:00:53:00:00:00:17", "00-5e-00-53-00-00-00-17 Role wpan-router",
            "00-5e-00-53-00-00-00-01 Description IEEE 802.15.4 address 00:5e:00:53:00:00:00:01", "00-5e-00-53-00-00-00-17 Description IEEE 802.15.4 address 00:5e:00:53:00:00:00:17",
            "00-5e-00-53-00-00-00-17 SwitchPort 00-5e-00-53-00-00-00-01 (PAN 0xabcd)",
        ], claims);
    }

    [Fact]
    public void What_says_the_same_is_shown_once()
    {
        byte[] later = Seeds.Read("wpan", "secured-traffic");
        later[2]++;
        later[16]++;
        later[19]++;
        Assert.Single(Of(Seeds.Read("wpan", "secured-traffic"), later).Transactions);
    }

    [Theory]
    [InlineData("beacon", 8, "wpan.beacon")]
    [InlineData("association-response", 23, "wpan.command")]
    [InlineData("secured-traffic", 20, "wpan.network")]
    [InlineData("key-in-clear", 34, "wpan.application")]
    [InlineData("key-in-clear", 8, "wpan.header")]
    public void Frame_that_ends_early_is_a_named_fault(string seed, int length, string fault) => Assert.Equal(fault, Assert.Single(Of(Seeds.Read("wpan", seed)[..length]).Faults).Id);

    [Fact]
    public void Every_cut_of_a_frame_is_survived()
    {
        foreach (string seed in (string[])["beacon", "association-response", "key-in-clear", "key-protected", "secured-traffic"])
        {
            byte[] frame = Seeds.Read("wpan", seed);
            for (int length = 0; length < frame.Length; length++) Of(frame[..length]);
        }
    }

    [Theory]
    [InlineData("scapy/zigbee-transport-key-skke_1.pcap", "key-in-clear")]
    [InlineData("scapy/zigbee-join-authenticate.pcap", "join")]
    [InlineData("ics-security-tools/Zigbee/control4-sample.pcap", "home")]
    public void Real_networks_are_read(string capture, string name) => Golden.Hold("real-" + name, Conversation.Render(CaptureRows<WpanEvent>.Of("captures/" + capture)));

    private static Conversation Of(params string[] seeds) => Of([.. seeds.Select(seed => Seeds.Read("wpan", seed))]);

    private static Conversation Of(params byte[][] frames) => Conversation.Of<WpanAnalyser>(frames.Select(frame => Said.Client(frame)), View);
}
