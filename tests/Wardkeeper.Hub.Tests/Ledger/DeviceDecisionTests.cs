using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger;

public sealed class DeviceDecisionTests
{
    private const string Card = "98:e7:43:00:00:02", Ip2 = "10.0.0.2";
    private readonly Site site = new();

    private static Subject Who => At(Card, Ip2);

    private Device Decided => Assert.Single(site.Devices);

    [Fact]
    public void What_a_device_says_of_itself_weighs_more_than_its_cards_maker()
    {
        site.Binds(Card, Ip2);
        Assert.Equal((null, "Dell"), (Decided.Vendor, Decided.Identity.Of(IdentityField.Vendor)!.Guess));
        site.Says(Who, ClaimKind.Vendor, "Siemens", "dicom");
        Assert.Equal("Siemens", Decided.Vendor);
        Assert.Equal(["Dell Inc.", "Siemens"], Decided.Claims.Where(claim => claim.Kind == ClaimKind.Vendor).Select(claim => claim.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_archive_is_not_described_by_the_images_it_hands_on()
    {
        site.Says(Who, ClaimKind.Model, "Scanner 9", "dicom", "(0008,1090) " + Claim.InSentObject);
        Assert.Equal("Scanner 9", Decided.Model);
        site.Says(Who, ClaimKind.Role, "dicom-storage-scp", "dicom");
        Assert.Null(Decided.Model);
    }

    [Fact]
    public void A_better_source_wins_however_often_a_worse_one_speaks()
    {
        site.Says(Who, ClaimKind.HostName, "from-http").Says(Who, ClaimKind.HostName, "from-http").Says(Who, ClaimKind.HostName, "from-dhcp", "dhcp");
        Assert.Equal("from-dhcp", Decided.Name);
        Assert.Equal(["from-dhcp", "from-http"], Decided.HostNames);
    }

    [Fact]
    public void Of_one_source_the_more_frequent_value_is_the_guess_and_the_conflict_is_shown()
    {
        site.Says(Who, ClaimKind.Model, "B", "snmp").Says(Who, ClaimKind.Model, "A", "snmp").Says(Who, ClaimKind.Model, "B", "snmp").Says(Who, ClaimKind.Model, "A", "snmp").Says(Who, ClaimKind.Model, "B", "snmp");
        Assert.Null(Decided.Model);
        Assert.Equal(("B", "A"), (Decided.Identity.Of(IdentityField.Model)!.Guess, Decided.Identity.Of(IdentityField.Model)!.Conflict));
        Assert.Equal([("A", 2L), ("B", 3L)], Decided.Claims.Where(claim => claim.Kind == ClaimKind.Model).Select(claim => (claim.Value, claim.Count)).Order());
    }

    [Fact]
    public void Of_equals_the_later_value_wins()
    {
        site.Says(Who, ClaimKind.OperatingSystem, "old", "ssh").Says(Who, ClaimKind.OperatingSystem, "new", "ssh");
        Assert.Equal("new", Decided.OperatingSystem);
    }

    [Fact]
    public void A_name_for_people_comes_before_names_for_computers()
    {
        site.Says(Who, ClaimKind.AeTitle, "CT01", "dicom");
        Assert.Equal("CT01", Decided.Name);
        site.Says(Who, ClaimKind.HostName, "ct-host", "dhcp");
        Assert.Equal("ct-host", Decided.Name);
        site.Says(Who, ClaimKind.FriendlyName, "CT in room 3", "ssdp");
        Assert.Equal("CT in room 3", Decided.Name);
    }

    [Fact]
    public void A_server_without_a_host_name_is_known_by_what_others_call_it()
    {
        site.Says(Who, ClaimKind.HlApplication, "ENGINE^0011^EUI-64", "hl7");
        Assert.Equal("ENGINE", Decided.Name);
        site.Says(Who, ClaimKind.CalledAeTitle, "RIS01", "dicom");
        Assert.Equal("RIS01", Decided.Name);
    }

    [Fact]
    public void A_claim_keeps_where_it_was_first_seen()
    {
        site.Says(Who, ClaimKind.AeTitle, "CT01", "dicom", "calling").Says(Who, ClaimKind.AeTitle, "CT01", "dicom", "calling");
        ClaimTally claim = Assert.Single(Decided.Claims, claim => claim.Kind == ClaimKind.AeTitle);
        Assert.Equal((1L, 2L, "calling", CaptureTime.FromSeconds(1), CaptureTime.FromSeconds(2)), (claim.Packet, claim.Count, claim.Origin, claim.First, claim.Last));
    }

    [Fact]
    public void A_randomised_card_is_noted_and_has_no_maker()
    {
        site.Binds("b6:1f:3d:00:00:07", Ip2);
        Assert.Equal(["randomised-mac"], Decided.Notes);
        Assert.Null(Decided.Vendor);
    }

    [Theory]
    [InlineData("00:00:5e:00:01:0a")]
    [InlineData("00:00:0c:07:ac:01")]
    public void An_address_of_a_redundancy_protocol_is_noted_as_virtual(string mac)
    {
        site.Binds(mac, Ip2);
        Assert.Contains("virtual-mac", Decided.Notes);
        Assert.DoesNotContain("randomised-mac", Decided.Notes);
    }

    [Fact]
    public void A_type_comes_with_its_category_and_its_reasons()
    {
        site.Says(Who, ClaimKind.Modality, "CT", "dicom").Says(Who, ClaimKind.HostName, "SOMATOM-1", "dhcp");
        Assert.Equal(("ct-scanner", "imaging", "named \"SOMATOM-1\" (names.somatom)"), (Decided.Type, Decided.Category, Decided.TypeReason));
    }

    [Fact]
    public void A_type_that_a_protocol_states_is_more_particular_than_what_was_done()
    {
        site.Says(Who, ClaimKind.Modality, "CT", "dicom").Says(Who, ClaimKind.Type, "pet-ct-scanner", "dicom", "station");
        Assert.Equal(("pet-ct-scanner", "type \"pet-ct-scanner\" (own-words)"), (Decided.Type, Decided.TypeReason));
    }

    [Fact]
    public void Nothing_known_gives_no_type_and_no_name()
    {
        site.Binds(Card, Ip2);
        Assert.Equal((null, null, null, null), (Decided.Type, Decided.Category, Decided.TypeReason, Decided.Name));
    }
}
