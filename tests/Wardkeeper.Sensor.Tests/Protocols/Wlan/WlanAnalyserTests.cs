using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Wlan;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Wlan;

/// <summary>Frames are constructed, but for those that a controller of access points sent through a cable; the shared collection has no others.</summary>
public sealed class WlanAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, RadioTypes.Wlan);

    [Fact]
    public void Networks_are_read_with_their_protection()
    {
        Conversation said = Of("beacon-personal", "beacon-enterprise", "beacon-open", "beacon-wep", "beacon-wpa");
        Golden.Hold("networks", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Stations_are_followed_from_search_to_farewell()
    {
        Conversation said = Of("probe", "authentication", "association", "admitted", "reassociation", "deauthentication", "disassociation", "deauthentication-protected");
        Golden.Hold("stations", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Access_points_and_stations_are_claimed()
    {
        string[] claims = [.. Of("beacon-personal", "probe", "association").Observe(View).OfType<Claim>().Select(claim => $"{claim.Subject.Mac} {claim.Kind} {claim.Value}")];
        Assert.Equal(
        [
            "00:00:5e:00:53:c1 Role access-point", "00:00:5e:00:53:c1 AnnouncedService wlan ward4",
            "00:00:5e:00:53:d2 FriendlyName Pump bed 12", "00:00:5e:00:53:d2 Vendor Example Medical", "00:00:5e:00:53:d2 Model Pump 7", "00:00:5e:00:53:d2 SerialNumber SN-000417",
            "00:00:5e:00:53:d2 Role wlan-station", "00:00:5e:00:53:d2 SwitchPort 00:00:5e:00:53:c1 (ward4)",
        ], claims);
    }

    [Fact]
    public void Address_made_up_for_a_search_is_no_device()
    {
        byte[] probe = Seeds.Read("wlan", "probe");
        probe[10] |= 2;
        Assert.Empty(Of(probe).Observe(View));
    }

    [Fact]
    public void Beacon_that_says_the_same_is_shown_once()
    {
        byte[] later = Seeds.Read("wlan", "beacon-personal");
        later[22]++;
        later[24]++;
        Assert.Single(Of(Seeds.Read("wlan", "beacon-personal"), later).Transactions);
    }

    [Fact]
    public void Flood_of_farewells_is_counted()
    {
        byte[] farewell = Seeds.Read("wlan", "deauthentication"), other = Seeds.Read("wlan", "deauthentication");
        other[0] = 0xA0;
        Conversation said = Of([.. Enumerable.Repeat(farewell, 50), other]);
        Assert.Equal([null, 49], said.Transactions.Cast<WlanManagement>().Select(one => one.Unshown));
    }

    [Theory]
    [InlineData("beacon-personal", 0, 0x08, "wlan.header")]
    [InlineData("beacon-personal", 37, 0xFF, "wlan.element")]
    public void Malformed_frame_is_a_named_fault(string seed, int at, byte value, string fault)
    {
        byte[] frame = Seeds.Read("wlan", seed);
        frame[at] = value;
        Assert.Equal(fault, Assert.Single(Of(frame).Faults).Id);
    }

    [Fact]
    public void Frame_without_its_fixed_fields_is_a_named_fault() => Assert.Equal("wlan.short", Assert.Single(Of(Seeds.Read("wlan", "deauthentication")[..25]).Faults).Id);

    [Fact]
    public void Every_cut_of_a_frame_is_survived()
    {
        foreach (string seed in (string[])["beacon-personal", "probe", "association", "reassociation"])
        {
            byte[] frame = Seeds.Read("wlan", seed);
            for (int length = 0; length < frame.Length; length++) Of(frame[..length]);
        }
    }

    [Fact]
    public void Frames_that_a_controller_receives_through_a_cable_are_read() =>
        Golden.Hold("capwap", Conversation.Render(CaptureRows<WlanManagement>.Of("captures/ndpi/capwap.pcap").Take(30)));

    [Fact]
    public void Same_bytes_in_a_cable_are_not_it() =>
        Assert.Equal(Match.No, WlanAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x0806, Client = Seeds.Read("wlan", "probe") }));

    private static Conversation Of(params string[] seeds) => Of([.. seeds.Select(seed => Seeds.Read("wlan", seed))]);

    private static Conversation Of(params byte[][] frames) => Conversation.Of<WlanAnalyser>(frames.Select(frame => Said.Client(frame)), View);
}
