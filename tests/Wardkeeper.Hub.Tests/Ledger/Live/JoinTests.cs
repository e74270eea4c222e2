using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger.Live;

public sealed class JoinTests
{
    private const string Wired = "6c:24:08:00:00:02", Wireless = "6c:24:08:00:00:12", Third = "6c:24:08:00:00:22", Pump = "00:12:21:00:00:03";
    private readonly LiveSite site = new();

    [Fact]
    public void Two_cards_that_show_one_serial_number_are_one_device_and_it_says_why()
    {
        site.Lives(Wired, "10.0.0.2").Lives(Wireless, "10.0.0.12");
        site.Says(At(Wired, "10.0.0.2"), ClaimKind.SerialNumber, "MR-77120", "snmp").Lives(Wired, "10.0.0.2").Says(At(Wireless, "10.0.0.12"), ClaimKind.SerialNumber, "mr-77120", "ssdp");
        LiveDevice device = site.With(Wired);
        Assert.Equal(device, site.With(Wireless));
        Assert.Equal(1, device.Number);
        LedgerEvent why = site.Events.First(one => one.Action == LedgerActions.Joined);
        Assert.Contains("serial number mr-77120", why.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Null(why.Who);
    }

    [Theory]
    [InlineData("poct1a")]
    [InlineData("astm")]
    [InlineData("hl7")]
    public void Who_forges_messages_of_a_device_that_is_there_is_not_taken_for_it(string protocol)
    {
        site.Lives(Wired, "10.0.0.2").Lives(Wireless, "10.0.0.12");
        site.Says(At(Wired, "10.0.0.2"), ClaimKind.SerialNumber, "MR-77120", protocol).Lives(Wired, "10.0.0.2").Says(At(Wireless, "10.0.0.12"), ClaimKind.SerialNumber, "MR-77120", protocol).Lives(Wired, "10.0.0.2").Lives(Wireless, "10.0.0.12");
        Assert.NotEqual(site.With(Wired), site.With(Wireless));
        Assert.NotEmpty(site.Told(LedgerActions.MergeProposed));
    }

    [Fact]
    public void A_serial_number_in_images_ties_nobody_to_who_sent_them_on()
    {
        site.Lives(Wired, "10.0.0.2").Lives(Wireless, "10.0.0.12");
        site.Says(At(Wired, "10.0.0.2"), ClaimKind.SerialNumber, "MR-77120", "dicom", "(0018,1000) " + Claim.InSentObject).Says(At(Wireless, "10.0.0.12"), ClaimKind.SerialNumber, "MR-77120", "dicom", "(0018,1000) " + Claim.InSentObject);
        Assert.NotEqual(site.With(Wired), site.With(Wireless));
    }

    [Fact]
    public void A_switch_whose_ports_state_one_chassis_is_one_device()
    {
        site.Lives(Wired, "10.0.0.2");
        foreach (string port in (string[])[Wireless, Third, "6c:24:08:00:00:32", "6c:24:08:00:00:42"]) site.Says(At(port), ClaimKind.OtherMac, Wired, "lldp", "chassis id").Wait(60).Says(At(port), ClaimKind.OtherMac, Wired, "lldp", "chassis id");
        Assert.Equal(5, site.With(Wired).Interfaces.Count);
    }

    [Fact]
    public void A_card_that_others_spoke_of_before_it_was_seen_is_joined_when_it_is()
    {
        site.Lives(Wired, "10.0.0.2").Says(At(Wired, "10.0.0.2"), ClaimKind.OtherMac, Wireless, "dns", "NetBIOS node status").Lives(Wireless, "10.0.0.12");
        Assert.Equal(2, site.With(Wired).Interfaces.Count);
    }

    [Fact]
    public void A_replaced_network_card_with_the_same_serial_number_is_the_same_device()
    {
        site.Lives(Wired, "10.0.0.2").Says(At(Wired, "10.0.0.2"), ClaimKind.SerialNumber, "MR-77120", "snmp");
        site.Wait(90_000).Lives(Wireless, "10.0.0.2").Says(At(Wireless, "10.0.0.2"), ClaimKind.SerialNumber, "MR-77120", "snmp");
        Assert.Equal(2, site.With(Wireless).Interfaces.Count);
        Assert.NotEmpty(site.Told(LedgerActions.CardReplaced));
    }

    [Fact]
    public void A_new_card_with_the_names_of_a_silent_device_is_proposed_to_a_person_and_not_joined()
    {
        Names(Wired, "10.0.0.2");
        site.Wait(90_000);
        Names(Wireless, "10.0.0.2");
        Assert.NotEqual(site.With(Wired), site.With(Wireless));
        LedgerEvent proposal = Assert.Single(site.Events, one => one.Action == LedgerActions.MergeProposed);
        Assert.Equal((site.With(Wireless).Number, $"D-{site.With(Wired).Number}"), (proposal.Device, proposal.After));
        Assert.Contains("CT01", proposal.Reason);
    }

    [Fact]
    public void A_second_device_with_the_names_of_one_that_is_still_there_is_not_even_proposed()
    {
        Names(Wired, "10.0.0.2");
        Names(Wireless, "10.0.0.12");
        Names(Wired, "10.0.0.2");
        Assert.Empty(site.Told(LedgerActions.MergeProposed));
    }

    [Fact]
    public void Different_makers_are_not_joined_by_a_serial_number()
    {
        site.Lives(Wired, "10.0.0.2").Says(At(Wired, "10.0.0.2"), ClaimKind.Vendor, "Siemens", "dicom").Says(At(Wired, "10.0.0.2"), ClaimKind.SerialNumber, "MR-77120", "snmp");
        site.Lives(Wireless, "10.0.0.12").Says(At(Wireless, "10.0.0.12"), ClaimKind.Vendor, "Mindray", "hl7").Says(At(Wireless, "10.0.0.12"), ClaimKind.SerialNumber, "MR-77120", "snmp");
        Assert.NotEqual(site.With(Wired), site.With(Wireless));
        Assert.Contains("Siemens", Assert.Single(site.Events, one => one.Action == LedgerActions.MergeProposed).Reason);
    }

    [Theory]
    [InlineData("To be filled by O.E.M.")]
    [InlineData("000000")]
    [InlineData("123456789")]
    public void Serial_numbers_that_are_none_join_nothing(string serial)
    {
        site.Lives(Wired, "10.0.0.2").Says(At(Wired, "10.0.0.2"), ClaimKind.SerialNumber, serial, "snmp").Lives(Wireless, "10.0.0.12").Says(At(Wireless, "10.0.0.12"), ClaimKind.SerialNumber, serial, "snmp");
        Assert.NotEqual(site.With(Wired), site.With(Wireless));
    }

    [Fact]
    public void Virtual_machines_of_one_image_stay_devices_of_their_own()
    {
        string[] macs = ["00:0c:29:00:00:01", "00:0c:29:00:00:02"];
        for (int i = 0; i < 2; i++) site.Says(At(macs[i]), ClaimKind.HostName, "template", "dhcp").Lives(macs[i], $"10.0.0.{i + 2}").Says(At(macs[i], $"10.0.0.{i + 2}"), ClaimKind.OtherMac, "00:0c:29:00:00:01", "dhcpv6", "DUID");
        Assert.NotEqual(site.With(macs[0]), site.With(macs[1]));
        Assert.Equal(["virtual-machine"], site.With(macs[0]).Interfaces[0].Notes(false));
    }

    [Fact]
    public void A_telephone_that_comes_back_with_another_random_address_is_proposed_only()
    {
        string[] macs = ["b6:1f:3d:00:00:07", "da:11:22:33:44:55"];
        for (int i = 0; i < 2; i++) site.Says(At(macs[i]), ClaimKind.HostName, "nurse-pda-4", "dhcp", "option 12").Says(At(macs[i]), ClaimKind.DhcpParameterList, "1,3,6,15", "dhcp", "option 55").Lives(macs[i], $"10.0.0.{i + 2}").Wait(90_000);
        Assert.NotEqual(site.With(macs[0]), site.With(macs[1]));
        Assert.Equal(["randomised-mac"], site.With(macs[1]).Interfaces[0].Notes(false));
        Assert.Single(site.Told(LedgerActions.MergeProposed));
    }

    [Fact]
    public void What_a_person_split_is_not_joined_again()
    {
        Two_cards_that_show_one_serial_number_are_one_device_and_it_says_why();
        LiveDevice device = site.With(Wired);
        Hub.Ledger.Commands.LedgerResult split = site.Do(new Hub.Ledger.Commands.SplitInterface(device.Number, site.Ledger.Interfaces.Single(one => one.Mac == Mac(Wireless)).Number));
        Assert.Equal(Hub.Ledger.Commands.LedgerStatus.Done, split.Status);
        site.Says(At(Wireless, "10.0.0.12"), ClaimKind.SerialNumber, "MR-77120", "snmp").Lives(Wireless, "10.0.0.12");
        Assert.NotEqual(site.With(Wired), site.With(Wireless));
        Assert.Equal(split.Devices[0].Device, site.With(Wireless).Number);
    }

    private void Names(string mac, string ip) => site.Lives(mac, ip).Says(At(mac, ip), ClaimKind.HostName, "ct-host", "dhcp").Says(At(mac, ip), ClaimKind.AeTitle, "CT01", "dicom", "calling");
}
