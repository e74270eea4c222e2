using System.Globalization;
using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

public class NetworkSceneTests
{
    private static readonly DhcpTraits Windows = new("MSFT 5.0", [1, 15, 3, 6, 44, 46, 47, 31, 33, 43]);

    private static HospitalDevice[] Devices() =>
    [
        TestHospital.Device(HospitalNetwork.Router, 1, "router", offers: "dhcp"),
        TestHospital.Device("srv1", 11), TestHospital.Device("srv2", 12), TestHospital.Device("pc1", 13, "office-pc"),
        TestHospital.Device("mon1", 21, "patient-monitor", 20) with { Dhcp = Windows }, TestHospital.Device("pump1", 22, "infusion-pump", 20) with { Dhcp = Windows },
        TestHospital.Device("kiosk1", 23, "report-kiosk", 20),
    ];

    [LabFact("tshark tcpdump arpspoof ping")]
    public async Task Arp_spoofing_puts_the_laptop_between_two_hosts_and_heals()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "arp-spoof", 1);
        string mac = play["attacker-mac"];
        await play.MarkedAreAsync($"eth.addr == {mac} || arp.src.proto_ipv4 == {play["attacker"]} || ip.addr == {play["attacker"]}");
        Assert.InRange(await play.CountAsync($"arp.opcode == 2 && eth.src == {mac} && arp.src.proto_ipv4 != {play["attacker"]} && arp.src.hw_mac == {mac}"), 4, 200);
        // Each ping and its answer is seen twice on the department's network: to the laptop and from it.
        Assert.InRange(await play.CountAsync("icmp.type == 8"), 2 * (play.Number("pings") - 1), 2 * play.Number("pings"));
        // At its end arpspoof tells the truth again.
        IReadOnlyList<string> last = await play.Capture.FieldsAsync($"arp.opcode == 2 && eth.src == {mac}", "arp.src.hw_mac");
        Assert.NotEqual(mac, last[^1]);
    }

    [LabFact("tshark tcpdump arping ping")]
    public async Task A_fail_over_address_moves_between_two_machines()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "arp-spoof-twin", 2);
        Assert.False(play.Played.Mark.IsAttack);
        await play.MarkedAreAsync($"ip.addr == {play["address"]} || arp.src.proto_ipv4 == {play["address"]} || arp.dst.proto_ipv4 == {play["address"]}");
        Assert.Equal(play.Number("announcements"), await play.CountAsync($"arp.isgratuitous == 1 && arp.src.proto_ipv4 == {play["address"]}"));
        Assert.Equal(2, (await play.Capture.FieldsAsync($"arp.isgratuitous == 1 && arp.src.proto_ipv4 == {play["address"]}", "arp.src.hw_mac")).Distinct().Count());
    }

    [LabFact("tshark tcpdump dnsmasq dhclient")]
    public async Task A_second_server_offers_addresses_with_itself_as_router()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "rogue-dhcp", 1);
        await play.MarkedAreAsync($"eth.addr == {play["attacker-mac"]} || ip.addr == {play["attacker"]} || arp.src.proto_ipv4 == {play["attacker"]} || arp.dst.proto_ipv4 == {play["attacker"]}");
        string[] clients = play["clients"].Split(' ');
        IReadOnlyList<string> offers = await play.Capture.FieldsAsync($"dhcp.option.dhcp == 2 && ip.src == {play["attacker"]}", "dhcp.hw.mac_addr", "dhcp.option.router", "dhcp.option.domain_name_server");
        Assert.Equal(clients.Select(client => $"{CardTool.Text(hospital.Site[client].Device.Mac)}\t{play["attacker"]}\t{play["attacker"]}").Order(), offers.Distinct().Order());
        // The true server offers as well, from the router's address.
        IReadOnlyList<string> honest = await play.Capture.FieldsAsync($"dhcp.option.dhcp == 2 && ip.src == {HospitalNetwork.RouterOf(hospital.Site[clients[0]].Device)}", "dhcp.hw.mac_addr");
        Assert.Equal(clients.Length, honest.Distinct().Count());
    }

    [LabFact("tshark tcpdump dnsmasq dhclient")]
    public async Task A_technicians_computer_asks_again_and_again()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "rogue-dhcp-twin", 1);
        await play.MarkedAreAsync($"eth.addr == {play["visitor-mac"]} || ip.addr == {play["visitor"]} || arp.src.proto_ipv4 == {play["visitor"]} || arp.dst.proto_ipv4 == {play["visitor"]}");
        IReadOnlyList<string> asked = await play.Capture.FieldsAsync($"dhcp.option.dhcp == 1 && eth.src == {play["visitor-mac"]}", "dhcp.id");
        Assert.Equal(play.Number("rounds"), asked.Distinct().Count());
        Assert.Equal(0, await play.CountAsync("dhcp.option.dhcp == 2"));
    }

    [LabFact("tshark tcpdump nmap")]
    public async Task A_scan_asks_every_port_of_every_target()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "scan", 3);
        await play.MarkedAreAsync($"ip.addr == {play["attacker"]} || arp.src.proto_ipv4 == {play["attacker"]} || arp.dst.proto_ipv4 == {play["attacker"]}");
        IReadOnlyList<string> asked = await play.Capture.FieldsAsync($"ip.src == {play["attacker"]} && tcp.flags.syn == 1 && tcp.flags.ack == 0", "ip.dst", "tcp.dstport");
        string[] targets = play["targets"].Split(' ');
        int wanted = play["versions-asked"].Split(' ').Length;
        Assert.InRange(asked.Distinct().Count(), targets.Length * play.Number("ports"), targets.Length * (play.Number("ports") + wanted));
        Assert.Equal(targets.Select(target => hospital.Site[target].Device.Ip.ToString()).Order(), asked.Select(line => line.Split('\t')[0]).Distinct().Order());
    }

    [LabFact("tshark tcpdump snmpget")]
    public async Task An_inventory_asks_few_ports_slowly()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "scan-twin", 4);
        string manager = hospital.Site[play["manager"]].Device.Ip.ToString(), ports = play["ports"].Replace(' ', ',');
        // Who is not there to answer on UDP says so by ICMP, which carries the question's ports for tshark, but has none itself.
        await play.MarkedAreAsync($"ip.addr == {manager} && !icmp && (tcp.port in {{{ports}}} || udp.port == 161)");
        Assert.Equal(play.Number("connections"), (await play.Capture.FieldsAsync($"ip.src == {manager} && tcp.flags.syn == 1 && tcp.flags.ack == 0", "ip.dst", "tcp.dstport")).Distinct().Count());
        Assert.Equal(play.Number("snmp-requests"), (await play.Capture.FieldsAsync("snmp && !icmp && udp.dstport == 161", "ip.dst")).Distinct().Count());
    }

    [LabFact("tshark tcpdump dhclient ping")]
    public async Task An_impostor_has_the_kiosks_addresses_and_a_laptops_habits()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "impostor", 5);
        HospitalDevice kiosk = hospital.Site[play["kiosk"]].Device;
        string mac = string.Join(':', kiosk.Mac.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));
        await play.MarkedAreAsync($"eth.addr == {mac} || ip.addr == {kiosk.Ip} || arp.src.proto_ipv4 == {kiosk.Ip} || arp.dst.proto_ipv4 == {kiosk.Ip}");
        Assert.Equal(play.Number("connections"), (await play.Capture.FieldsAsync($"ip.src == {kiosk.Ip} && tcp.flags.syn == 1 && tcp.flags.ack == 0", "ip.dst", "tcp.dstport")).Distinct().Count());
        Assert.Equal([play["name"]], (await play.Capture.FieldsAsync("dhcp.option.dhcp == 1", "dhcp.option.hostname")).Distinct());
    }

    [LabFact("tshark tcpdump dhclient ping")]
    public async Task A_replaced_card_is_the_same_device_with_another_hardware_address()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "impostor-twin", 6);
        HospitalDevice device = hospital.Site[play["device"]].Device;
        await play.MarkedAreAsync($"eth.addr == {play["card"]} || ip.addr == {device.Ip} || arp.src.proto_ipv4 == {device.Ip} || arp.dst.proto_ipv4 == {device.Ip}");
        // The device asks as it always does: its own class and its own list of parameters in their order.
        string discover = (await play.Capture.FieldsAsync($"dhcp.option.dhcp == 1 && eth.src == {play["card"]}", "dhcp.option.vendor_class_id", "dhcp.option.request_list_item", "dhcp.option.hostname"))[0];
        Assert.Equal($"MSFT 5.0\t1,15,3,6,44,46,47,31,33,43\t{device.HostName}", discover);
        Assert.True(await play.CountAsync($"arp.isgratuitous == 1 && arp.src.hw_mac == {play["card"]}") > 0);
    }
}
