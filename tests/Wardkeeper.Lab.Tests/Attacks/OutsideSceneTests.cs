using System.Globalization;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

public class OutsideSceneTests
{
    private static HospitalDevice[] Devices() =>
    [
        TestHospital.Device(HospitalNetwork.Router, 1, "router", offers: ["dns", "ntp"]), TestHospital.Device("vendor", 50, "vendor-machine", 60),
        TestHospital.Device("pc1", 13, "office-pc"), TestHospital.Device("mon1", 21, "patient-monitor", 20),
    ];

    [LabFact("tshark tcpdump iodine iodined dnsmasq ping")]
    public async Task A_tunnel_in_names_passes_the_resolver()
    {
        HospitalDevice[] devices = Devices();
        await using TestHospital hospital = await TestHospital.StartAsync(devices);
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "dns-tunnel", 1);
        string outside = devices[1].Ip.ToString();
        await play.MarkedAreAsync($"ip.addr == {play["attacker"]} || arp.src.proto_ipv4 == {play["attacker"]} || arp.dst.proto_ipv4 == {play["attacker"]} || (ip.addr == {outside} && udp.port == 53)");
        IReadOnlyList<string> names = await play.Capture.FieldsAsync($"dns.flags.response == 0 && ip.src == {play["attacker"]} && frame.time_epoch >= 0", "dns.qry.name");
        Assert.All(names, name => Assert.EndsWith(play["zone"], name, StringComparison.Ordinal));
        // Each ping needs one question at least, as long as what it carries.
        Assert.True(names.Count(name => name.Length > 100) >= play.Number("pings"), $"{names.Count} names");
        int asked = await play.CountAsync($"dns.flags.response == 0 && ip.dst == {outside}");
        Assert.True(asked >= play.Number("pings"), $"the resolver asked outside {asked} times");
    }

    [LabFact("tshark tcpdump dnsmasq")]
    public async Task Hashes_are_looked_up_as_names()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "dns-tunnel-twin", 2);
        HospitalDevice desk = hospital.Site[play["desk"]].Device;
        await play.MarkedAreAsync($"udp.port == 53 && (ip.addr == {desk.Ip} || ip.addr == {hospital.Site["vendor"].Device.Ip})");
        IReadOnlyList<string> names = await play.Capture.FieldsAsync($"dns.flags.response == 1 && dns.flags.rcode == 0 && dns.count.answers == 1 && ip.dst == {desk.Ip}", "dns.qry.name");
        Assert.Equal(play.Number("lookups"), names.Distinct().Count());
    }

    // Seeds that show another way each; one is played twice.
    [LabFact("tshark tcpdump curl")]
    public Task A_beacon_calls_over_tcp() => BeaconAsync(1, "tcp", twice: true);

    [LabFact("tshark tcpdump curl")]
    public Task A_beacon_calls_over_http() => BeaconAsync(2, "http");

    [LabFact("tshark tcpdump curl")]
    public Task A_beacon_calls_over_https() => BeaconAsync(9, "https");

    private static async Task BeaconAsync(int seed, string kind, bool twice = false)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = twice ? await ScenePlay.TwiceAsync(hospital.Network, "beacon", seed) : await ScenePlay.OnceAsync(hospital.Network, "beacon", seed);
        Assert.Equal(kind, play["kind"]);
        string filter = $"ip.addr == {hospital.Site[play["infected"]].Device.Ip} && ip.addr == {hospital.Site["vendor"].Device.Ip} && tcp.port == {play["port"]}";
        await play.MarkedAreAsync(filter);
        double[] begins = await BeginsAsync(play, hospital.Site[play["infected"]].Device.Department.Vlan);
        Assert.Equal(play.Number("beats"), begins.Length);
        double[] gaps = [.. begins.Zip(begins.Skip(1), (one, next) => (next - one) * 1000)];
        int period = play.Number("period-ms"), jitter = play.Number("jitter-percent");
        // A busy machine lets a beat come late, and the gap after it is as much shorter: most are as they should be.
        Assert.True(gaps.Count(gap => gap >= period * (100 - jitter) / 100 - 100 && gap <= period * (100 + jitter) / 100 + 400) > gaps.Length / 2, $"{period} ms, {jitter} %: {string.Join(' ', gaps)}");
        if (play["kind"] == "http") Assert.Equal(play.Number("beats"), (await play.Capture.FieldsAsync("http.response.code == 200 && vlan.id == 60", "frame.number")).Count);
        if (play["kind"] == "https") Assert.Equal(play.Number("beats"), (await play.Capture.FieldsAsync($"tls.handshake.type == 2 && vlan.id == 60", "frame.number")).Count);
    }

    [LabFact("tshark tcpdump")]
    public Task A_regular_check_asks_for_the_time_at_even_intervals() => RegularAsync(3, "ntp");

    [LabFact("tshark tcpdump curl")]
    public Task A_regular_check_asks_for_updates_at_even_intervals() => RegularAsync(4, "update", twice: true);

    private static async Task RegularAsync(int seed, string kind, bool twice = false)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = twice ? await ScenePlay.TwiceAsync(hospital.Network, "beacon-twin", seed) : await ScenePlay.OnceAsync(hospital.Network, "beacon-twin", seed);
        Assert.Equal(kind, play["kind"]);
        HospitalDevice device = hospital.Site[play["device"]].Device;
        string beats = play["beats"];
        if (play["kind"] == "ntp")
        {
            await play.MarkedAreAsync($"ip.addr == {device.Ip} && ip.addr == {HospitalNetwork.RouterOf(device)} && udp.port == 123");
            // Mode 3 is a question, 4 its answer (RFC 5905, figure 10).
            Assert.Equal((beats, beats), (SceneStage.Text(await play.CountAsync("ntp.flags.mode == 3")), SceneStage.Text(await play.CountAsync("ntp.flags.mode == 4"))));
            return;
        }
        await play.MarkedAreAsync($"ip.addr == {device.Ip} && ip.addr == {hospital.Site["vendor"].Device.Ip} && tcp.port == {play["port"]}");
        Assert.Equal(play.Number("beats"), (await BeginsAsync(play, device.Department.Vlan)).Length);
    }

    [LabFact("tshark tcpdump ptunnel-ng curl")]
    public async Task A_tunnel_in_pings_reaches_outside()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "icmp-tunnel", 1);
        string ip = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        IReadOnlyList<string> sizes = await play.Capture.FieldsAsync($"icmp.type == 0 && ip.dst == {ip}", "data.len");
        Assert.True(sizes.Distinct().Count() > 1, $"{sizes.Count} answers of one size");
        Assert.Equal(0, await play.CountAsync("tcp"));
    }

    [LabFact("tshark tcpdump ping")]
    public async Task A_monitoring_tool_gets_back_what_it_sent()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.OnceAsync(hospital.Network, "icmp-tunnel-twin", 1);
        string manager = hospital.Site[play["manager"]].Device.Ip.ToString();
        await play.MarkedAreAsync($"(ip.addr == {manager} && ({string.Join(" || ", play["targets"].Split(' ').Select(ip => $"ip.addr == {ip}"))})) || (arp.src.proto_ipv4 == {manager} && ({string.Join(" || ", play["targets"].Split(' ').Select(ip => $"arp.dst.proto_ipv4 == {ip}"))})) || (arp.dst.proto_ipv4 == {manager} && ({string.Join(" || ", play["targets"].Split(' ').Select(ip => $"arp.src.proto_ipv4 == {ip}"))}))");
        IReadOnlyList<string> asked = await play.Capture.FieldsAsync($"icmp.type == 8 && ip.src == {manager}", "ip.dst", "icmp.ident", "icmp.seq", "data.len");
        Assert.Equal(play.Number("pings"), asked.Distinct().Count());
    }

    [LabFact("tshark tcpdump dnsmasq")]
    public Task Malicious_software_asks_for_made_up_names() => UnknownAsync("dga", "infected");

    [LabFact("tshark tcpdump dnsmasq")]
    public Task A_workstation_asks_for_names_that_do_not_exist() => UnknownAsync("dga-twin", "desk");

    private static async Task UnknownAsync(string scene, string fact)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, scene, 1);
        HospitalDevice desk = hospital.Site[play[fact]].Device;
        await play.MarkedAreAsync($"udp.port == 53 && ip.addr == {desk.Ip} && ip.addr == {HospitalNetwork.RouterOf(desk)}");
        IReadOnlyList<string> names = await play.Capture.FieldsAsync($"dns.flags.response == 1 && dns.flags.rcode == 3 && ip.dst == {desk.Ip}", "dns.qry.name");
        Assert.Equal(play.Number("names"), names.Distinct().Count());
    }

    [LabFact("tcpdump")]
    public async Task What_a_hospital_has_not_got_is_said()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc1", 13, "office-pc"));
        foreach (string name in (string[])["dns-tunnel", "beacon", "brute-force", "rogue-dhcp", "impostor", "scan"])
        {
            LabException why = await Assert.ThrowsAsync<LabException>(() => new SceneRun(hospital.Network).PlayAsync(SceneRegistry.Of(name), 1, TestHospital.Cancel));
            Assert.StartsWith($"the scene {name} failed: ", why.Message, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(HospitalNetwork.Existing(hospital.Network.Switch[..^3]), name => name.EndsWith("rogue", StringComparison.Ordinal));
    }

    private static async Task<double[]> BeginsAsync(ScenePlay play, int vlan) =>
        [.. (await play.Capture.FieldsAsync($"tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == {play["port"]} && vlan.id == {vlan}", "frame.time_epoch")).Select(time => double.Parse(time, CultureInfo.InvariantCulture))];
}
