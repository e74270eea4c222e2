using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

/// <summary>Who answers in the router's place: as IPv6 router, or for names.</summary>
public class RouterSceneTests
{
    private static HospitalDevice[] Devices() =>
    [
        TestHospital.Device(HospitalNetwork.Router, 1, "router", offers: "dns"), TestHospital.Device("srv1", 11), TestHospital.Device("srv2", 12), TestHospital.Device("pc1", 13, "office-pc"),
        TestHospital.Device("mon1", 21, "patient-monitor", 20), TestHospital.Device("pump1", 22, "infusion-pump", 20),
    ];

    // Seeds that show another way each; one is played twice.
    [LabFact("tshark tcpdump radvd")]
    public Task A_laptop_announces_itself_with_radvd() => AnnouncedAsync(1, "radvd", twice: true);

    [LabFact("tshark tcpdump radvd atk6-fake_router26")]
    public Task A_laptop_announces_itself_with_a_tool_of_attackers() => AnnouncedAsync(2, "fake-router");

    [LabFact("tshark tcpdump radvd atk6-kill_router6")]
    public Task A_laptop_takes_the_router_away_in_its_name() => AnnouncedAsync(4, "router-killed");

    private static async Task AnnouncedAsync(int seed, string way, bool twice = false)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = twice ? await ScenePlay.TwiceAsync(hospital.Network, "rogue-router", seed) : await ScenePlay.OnceAsync(hospital.Network, "rogue-router", seed);
        Assert.Equal(way, play["way"]);
        string mac = play["attacker-mac"], ip = play["attacker"];
        await play.MarkedAreAsync($"eth.addr == {mac} || ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        IReadOnlyList<string> lifetimes = await play.Capture.FieldsAsync($"icmpv6.type == 134 && eth.src == {mac}", "icmpv6.nd.ra.router_lifetime");
        Assert.True(lifetimes.Count >= play.Number("times"), $"{lifetimes.Count} announcements");
        if (way == "router-killed") Assert.All(lifetimes, lifetime => Assert.Equal("0", lifetime));
        // The network's own router has announced itself before.
        IReadOnlyList<string> own = await play.Capture.FieldsAsync($"icmpv6.type == 134 && eth.src != {mac} && icmpv6.nd.ra.router_lifetime > 0", "icmpv6.opt.prefix");
        Assert.True(own.Count >= play.Number("before"), $"{own.Count} announcements of the router");
        Assert.Equal([play["own"]], own.Distinct());
    }

    [LabFact("tshark tcpdump radvd")]
    public async Task The_networks_router_announces_itself_anew()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "rogue-router-twin", 1);
        Assert.Equal("renumbered", play["way"]);
        HospitalDevice router = hospital.Site[HospitalNetwork.Router].Device, listener = hospital.Site[play["listener"]].Device;
        string ip = HospitalNetwork.RouterOf(listener).ToString();
        await play.MarkedAreAsync($"eth.addr == {Lab.Attacks.Network.CardTool.Text(router.Mac)} || ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        IReadOnlyList<string> said = await play.Capture.FieldsAsync("icmpv6.type == 134", "eth.src", "icmpv6.opt.prefix");
        Assert.Equal([$"{Lab.Attacks.Network.CardTool.Text(router.Mac)}\t{play["own"]}", $"{Lab.Attacks.Network.CardTool.Text(router.Mac)}\t{play["next"]}"], said.Distinct());
    }

    [LabFact("tshark tcpdump dnsmasq")]
    public async Task A_laptop_answers_names_with_an_address_of_its_choice()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "rogue-dns", 1);
        string ip = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        // Routed packets are recorded twice.
        IReadOnlyList<string> forged = await play.Capture.FieldsAsync($"dns.flags.response == 1 && ip.src == {ip} && dns.a == {play["claimed"]}", "ip.dst", "dns.qry.name");
        Assert.Equal(play["clients"].Split(' ').Length * play["forged"].Split(' ').Length, forged.Distinct().Count());
        Assert.Equal(play["forged"].Split(' ').Order(), forged.Select(line => line.Split('\t')[1]).Distinct().Order());
    }

    [LabFact("tshark tcpdump dnsmasq")]
    public async Task A_second_name_server_says_what_the_first_says()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "rogue-dns-twin", 1);
        string ip = hospital.Site[play["server"]].Device.Ip.ToString();
        await play.MarkedAreAsync($"ip.addr == {ip} && udp.port == 53");
        Assert.Equal(play["clients"].Split(' ').Length * play["names"].Split(' ').Length, (await play.Capture.FieldsAsync($"dns.flags.response == 1 && ip.src == {ip}", "ip.dst", "dns.qry.name")).Distinct().Count());
        // Every name has one address, whoever tells it.
        IReadOnlyList<string> answers = await play.Capture.FieldsAsync("dns.flags.response == 1 && dns.a", "dns.qry.name", "dns.a");
        Assert.Equal(play["names"].Split(' ').Length, answers.Distinct().Count());
    }
}
