using Wardkeeper.Lab.Attacks.Kiosks;
using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

/// <summary>Who copies a kiosk, and what happens to kiosks in their life.</summary>
public class KioskSceneTests
{
    private static readonly DhcpTraits Windows = new("MSFT 5.0", [1, 15, 3, 6, 44, 46, 47, 31, 33, 43]);

    private static HospitalDevice[] Devices() =>
    [
        TestHospital.Device(HospitalNetwork.Router, 1, "router", offers: ["dhcp", "dns"]), TestHospital.Device("his", 11, offers: ["http", "https", "ssh"]), TestHospital.Device("pc1", 13, "office-pc"),
        TestHospital.Device("mon1", 21, "patient-monitor", 20), TestHospital.Device("kiosk1", 23, "report-kiosk", 20) with { Dhcp = Windows },
    ];

    [LabFact("tshark tcpdump dhclient wget curl nginx dnsmasq")]
    public async Task A_copy_has_all_that_can_be_read_off_the_kiosk()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "kiosk-copy", 1);
        HospitalDevice kiosk = hospital.Site["kiosk1"].Device;
        string mac = CardTool.Text(kiosk.Mac);
        await play.MarkedAreAsync($"eth.addr == {mac} || ip.addr == {kiosk.Ip} || arp.src.proto_ipv4 == {kiosk.Ip} || arp.dst.proto_ipv4 == {kiosk.Ip}");
        string[] asked = [.. (await play.Capture.FieldsAsync($"dhcp.option.dhcp == 1 && eth.src == {mac}", "dhcp.option.vendor_class_id", "dhcp.option.request_list_item", "dhcp.option.hostname", "dhcp.option.type")).Distinct()];
        Assert.Equal($"MSFT 5.0\t1,15,3,6,44,46,47,31,33,43\t{kiosk.HostName}", string.Join('\t', Assert.Single(asked).Split('\t')[..3]));
        Assert.Equal([KioskLife.Agent], (await play.Capture.FieldsAsync($"http.request && ip.src == {kiosk.Ip}", "http.user_agent")).Distinct());
        // What it does not copy it shows as its own.
        int hops = play["stack-copied"] == "nothing" ? 64 : 128;
        Assert.True(await play.CountAsync($"tcp.flags.syn == 1 && tcp.flags.ack == 0 && eth.src == {mac} && ip.ttl == {hops}") >= 2);
        Assert.Equal(play["stack-copied"] == "stack", await play.CountAsync($"tcp.flags.syn == 1 && tcp.flags.ack == 0 && eth.src == {mac} && tcp.options.timestamp.tsval") == 0);
    }

    [LabFact("tshark tcpdump dhclient curl nginx dnsmasq")]
    public async Task Kiosks_come_and_go_and_stay_what_they_are()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.OnceAsync(hospital.Network, "kiosk-copy-twin", Short);
        HospitalDevice kiosk = hospital.Site["kiosk1"].Device;
        string mac = CardTool.Text(kiosk.Mac);
        Assert.Equal(40, play.Number("reconnects") + play.Number("reboots") + play.Number("moves"));
        Assert.Equal(40, await play.CountAsync($"arp.isgratuitous == 1 && eth.src == {mac}"));
        Assert.Equal(1 + play.Number("moves"), (await play.Capture.FieldsAsync($"arp.isgratuitous == 1 && eth.src == {mac}", "arp.src.proto_ipv4")).Distinct().Count());
        Assert.Equal(play.Number("reboots"), await play.CountAsync("dhcp.option.dhcp == 1"));
        Assert.Equal(0, await play.CountAsync($"tcp.flags.syn == 1 && tcp.flags.ack == 0 && eth.src == {mac} && ip.ttl != 128"));
    }

    /// <summary>A seed that draws the shortest life.</summary>
    private const int Short = 3;
}
