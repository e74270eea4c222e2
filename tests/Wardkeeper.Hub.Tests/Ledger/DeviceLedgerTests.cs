using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger;

public sealed class DeviceLedgerTests
{
    private const string Router = "94:28:2e:00:00:01", Pc = "6c:24:08:00:00:02", Pump = "00:12:21:00:00:03";

    [Fact]
    public void A_lease_joins_what_dhcp_said_with_what_the_address_did()
    {
        Site site = new();
        site.Says(At(Pump), ClaimKind.HostName, "SPACE-0041", "dhcp", "option 12").Binds(Pump, "10.0.0.3", "dhcp");
        site.Flow(At(Pump, "10.0.0.3"), At(Pc, "10.0.0.2"), 6661, "hl7");
        Device pump = site.Device("10.0.0.3");
        Assert.Equal(["SPACE-0041"], pump.HostNames);
        Assert.Equal([Mac(Pump)], pump.Macs);
        Assert.Equal("hl7", Assert.Single(pump.Uses).Protocol);
    }

    [Fact]
    public void Both_families_of_one_card_are_one_device_with_ipv4_first()
    {
        Site site = new();
        site.Binds(Pc, "fe80::1", "nd").Binds(Pc, "10.0.0.2");
        Assert.Equal([Ip("10.0.0.2"), Ip("fe80::1")], Assert.Single(site.Devices).Ips);
    }

    [Fact]
    public void Remote_hosts_behind_a_router_are_no_devices_and_give_the_router_no_names()
    {
        Site site = new();
        site.Binds(Router, "10.0.0.1").Binds(Pc, "10.0.0.2");
        site.Flow(At(Pc, "10.0.0.2"), At(Router, "203.0.113.10"), 443, "ssl").Flow(At(Pc, "10.0.0.2"), At(Router, "198.51.100.7"), 80, "http");
        site.Says(At(Router, "198.51.100.7"), ClaimKind.Software, "Apache/2.4");
        Assert.Equal(2, site.Devices.Count);
        Device router = site.Device("10.0.0.1");
        Assert.Contains("router", router.Notes);
        Assert.Empty(router.Offers);
        Assert.DoesNotContain(router.Claims, claim => claim.Kind == ClaimKind.Software);
        Assert.Equal(["ssl", "http"], site.Device("10.0.0.2").Uses.Select(use => use.Protocol!).OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public void A_device_behind_a_router_is_kept_by_its_address_and_has_neither_the_routers_card_nor_its_maker()
    {
        Site site = new();
        site.Binds(Router, "10.0.0.1").Binds(Pc, "10.0.0.2").Flow(At(Pc, "10.0.0.2"), At(Router, "203.0.113.10"), 443);
        site.Flow(At(Router, "10.9.0.5"), At(Pc, "10.0.0.2"), 104, "dicom");
        Device behind = site.Device("10.9.0.5");
        Assert.Empty(behind.Macs);
        Assert.Equal(["behind-router"], behind.Notes);
        Assert.Null(behind.Vendor);
    }

    [Fact]
    public void A_neighbour_whose_packets_also_came_through_the_router_keeps_its_own_card_only()
    {
        Site site = new();
        site.Binds(Router, "10.0.0.1").Binds(Pc, "10.0.0.2").Flow(At(Pc, "10.0.0.2"), At(Router, "203.0.113.10"), 443);
        site.Flow(At(Router, "10.0.0.2"), At(Pump, "10.0.0.3"), 80, "http");
        Assert.Equal([Mac(Pc)], site.Device("10.0.0.2").Macs);
        Assert.Equal(2, site.Device("10.0.0.2").Uses.Count);
    }

    [Fact]
    public void Captures_without_hardware_addresses_give_devices_by_address()
    {
        Site site = new();
        site.Flow(At("", "10.0.0.2"), At("", "203.0.113.10"), 443, "ssl");
        Assert.Equal(["no-mac-seen"], Assert.Single(site.Devices).Notes);
    }

    [Fact]
    public void Devices_are_numbered_in_the_order_in_which_they_were_seen()
    {
        Site site = new();
        site.Binds(Pump, "10.0.0.3").Binds(Pc, "10.0.0.2").Binds(Router, "10.0.0.1");
        Assert.Equal(["D-1 10.0.0.3", "D-2 10.0.0.2", "D-3 10.0.0.1"], site.Devices.Select(device => $"{device.Id} {device.Ips[0]}"));
    }

    [Fact]
    public void A_connection_nobody_answered_shows_no_service_and_no_server()
    {
        Site site = new();
        site.Flow(At(Pc, "10.0.0.2"), At(Pump, "10.0.0.3"), 104, state: "S0");
        Device pc = Assert.Single(site.Devices);
        Assert.Empty(pc.Uses);
        Assert.Equal([Mac(Pc)], pc.Macs);
    }

    [Fact]
    public void A_refused_connection_shows_no_service()
    {
        Site site = new();
        site.Flow(At(Pc, "10.0.0.2"), At(Pump, "10.0.0.3"), 104, state: "REJ");
        Assert.All(site.Devices, device => Assert.Empty(device.Offers));
    }

    [Fact]
    public void Flows_at_one_port_are_one_service_with_its_banner()
    {
        Site site = new();
        Subject server = At(Pc, "10.0.0.2"), client = At(Pump, "10.0.0.3");
        site.Serves(server, 443, "ssl").Serves(server, 443, "http", "nginx").Flow(client, server, 443, "http,ssl").Flow(client, server, 443, "http,ssl");
        ServiceTally offer = Assert.Single(site.Device("10.0.0.2").Offers);
        Assert.Equal(("http,ssl", "nginx", 2L), (offer.Protocol, offer.Banner, offer.Flows));
    }

    [Theory]
    [InlineData(51_067, 9_292, "10.0.0.2", "10.0.0.3")]
    [InlineData(9_292, 51_067, "10.0.0.3", "10.0.0.2")]
    public void Of_a_connection_that_was_open_before_the_port_that_nobody_is_given_by_chance_is_the_service(ushort fromPort, ushort port, string client, string server)
    {
        Site site = new();
        site.Binds(Pc, "10.0.0.2").Binds(Pump, "10.0.0.3").Overhears(At(Pc, "10.0.0.2"), fromPort, At(Pump, "10.0.0.3"), port);
        Assert.Equal((ushort)9_292, Assert.Single(site.Device(client).Uses).Port);
        Assert.Equal((ushort)9_292, Assert.Single(site.Device(server).Offers).Port);
        Assert.Empty(site.Device(client).Offers);
    }

    [Fact]
    public void A_connection_of_which_one_side_says_nothing_or_both_ports_are_given_by_chance_offers_nothing()
    {
        Site site = new();
        site.Binds(Pc, "10.0.0.2").Binds(Pump, "10.0.0.3").Overhears(At(Pc, "10.0.0.2"), 51_067, At(Pump, "10.0.0.3"), 9_292, answer: 0).Overhears(At(Pc, "10.0.0.2"), 51_068, At(Pump, "10.0.0.3"), 49_152);
        Assert.Empty(site.Device("10.0.0.3").Offers);
    }

    [Fact]
    public void Who_calls_out_to_everybody_or_answers_such_a_call_shows_what_knowledge_knows_and_nothing_else()
    {
        Site site = new();
        Subject all = At("ff:ff:ff:ff:ff:ff", "255.255.255.255");
        site.Binds(Pc, "10.0.0.2").Overhears(At(Pc, "10.0.0.2"), 49_154, all, 6_667, Carrier.Udp, 0).Overhears(At(Pc, "10.0.0.2"), 49_154, all, 6_123, Carrier.Udp, 0);
        Assert.Equal((ushort)6_667, Assert.Single(site.Device("10.0.0.2").Uses).Port);
        site.Binds(Pump, "10.0.0.3").Overhears(At(Pump, "10.0.0.3"), 56_700, At(Pc, "10.0.0.2"), 40_001, Carrier.Udp, 0).Overhears(At(Pump, "10.0.0.3"), 6_123, At(Pc, "10.0.0.2"), 40_001, Carrier.Udp, 0);
        Assert.Equal((ushort)56_700, Assert.Single(site.Device("10.0.0.3").Offers).Port);
        Assert.Equal("light", site.Device("10.0.0.3").Type);
    }

    [Fact]
    public void A_flow_that_is_still_alive_is_counted_once_when_it_ends()
    {
        Site site = new();
        site.Flow(At(Pc, "10.0.0.2"), At(Pump, "10.0.0.3"), 22, "ssh", interim: true).Flow(At(Pc, "10.0.0.2"), At(Pump, "10.0.0.3"), 22, "ssh");
        Assert.Equal(300, site.Device("10.0.0.2").BytesSent);
        Assert.Equal(1, Assert.Single(site.Device("10.0.0.3").Offers).Flows);
    }

    [Theory]
    [InlineData("01:00:5e:00:00:fb", "10.0.0.9")]
    [InlineData("6c:24:08:00:00:02", "224.0.0.251")]
    [InlineData("", "0.0.0.0")]
    [InlineData("", "255.255.255.255")]
    public void Groups_and_no_address_at_all_are_no_devices(string mac, string ip)
    {
        Site site = new();
        site.Says(At(mac, ip), ClaimKind.HostName, "nobody");
        Assert.Empty(site.Devices);
    }

    [Fact]
    public void First_and_last_sign_of_life_span_everything_that_was_seen()
    {
        Site site = new();
        site.Binds(Pc, "10.0.0.2").Binds(Pump, "10.0.0.3").Flow(At(Pc, "10.0.0.2"), At(Pump, "10.0.0.3"), 22);
        Assert.Equal((CaptureTime.FromSeconds(1), CaptureTime.FromSeconds(4)), (site.Device("10.0.0.2").FirstSeen, site.Device("10.0.0.2").LastSeen));
    }

    [Fact]
    public void A_machine_on_a_serial_line_is_a_device_of_its_own_behind_its_server()
    {
        Site site = new();
        site.Binds(Pump, "10.0.0.3").Says(At(Pump, "10.0.0.3"), ClaimKind.Type, "serial-device-server", "moxa");
        site.Says(At("", "10.0.0.3#4001"), ClaimKind.Model, "5008S", "astm").Says(At("", "10.0.0.3#4002"), ClaimKind.Model, "4008H", "astm");
        Device server = site.Device("10.0.0.3"), first = site.Device("10.0.0.3#4001"), second = site.Device("10.0.0.3#4002");
        Assert.Equal([null, "5008S", "4008H"], new[] { server, first, second }.Select(device => device.Model));
        Assert.Equal([null, server.Id, server.Id], new[] { server, first, second }.Select(device => device.Behind));
        Assert.Equal(["behind-serial-server"], first.Notes);
    }

    [Fact]
    public void Radios_that_differ_in_the_middle_of_their_eight_bytes_are_two_behind_their_gateway()
    {
        const string Gateway = "00:12:4b:00:00:09", Coordinator = "00-12-4b-ff-fe-00-00-09", First = "00-12-4b-00-01-00-00-05", Second = "00-12-4b-00-02-00-00-05";
        Site site = new();
        site.Binds(Gateway, "10.0.0.9").Says(At("", Coordinator), ClaimKind.Role, "zigbee-coordinator", "wpan");
        foreach (string radio in (string[])[First, Second]) site.Says(At("", radio), ClaimKind.SwitchPort, $"{Coordinator} (PAN 0x1a62)", "wpan");
        Assert.Equal(4, site.Devices.Count);
        string gateway = site.Device("10.0.0.9").Id;
        Assert.All((string[])[Coordinator, First, Second], radio => Assert.Equal((gateway, "radio"), (site.Device(radio).Behind, Assert.Single(site.Device(radio).Notes))));
        Assert.Equal(site.Device("10.0.0.9").Vendor, site.Device(First).Vendor);
    }
}
