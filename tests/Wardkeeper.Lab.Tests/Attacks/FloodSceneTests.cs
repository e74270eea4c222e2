using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

/// <summary>Who keeps servers busy, and who crashes devices.</summary>
public class FloodSceneTests
{
    private static HospitalDevice[] Devices() =>
        [TestHospital.Device("srv1", 11, offers: ["http", "ssh"]), TestHospital.Device("pc1", 13, "office-pc"), .. Enumerable.Range(1, 6).Select(number => TestHospital.Device($"mon{number}", 20 + number, "patient-monitor", 20))];

    // Seeds that show another way each; one is played twice.
    [LabFact("tshark tcpdump hping3 nginx")]
    public Task Connections_are_opened_and_left() => FloodedAsync(12, "connections", "tcp.flags.syn == 1 && tcp.flags.ack == 0");

    [LabFact("tshark tcpdump hping3 nginx")]
    public Task Pings_come_too_fast() => FloodedAsync(4, "pings", "icmp.type == 8", twice: true);

    [LabFact("tshark tcpdump hping3 nginx")]
    public Task Datagrams_come_too_fast() => FloodedAsync(3, "datagrams", "udp && !icmp");

    private static async Task FloodedAsync(int seed, string way, string filter, bool twice = false)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = twice ? await ScenePlay.TwiceAsync(hospital.Network, "flood", seed) : await ScenePlay.OnceAsync(hospital.Network, "flood", seed);
        Assert.Equal(way, play["way"]);
        IReadOnlyList<string> sources = await play.Capture.FieldsAsync($"eth.src == {play["attacker-mac"]} && ip.dst == {hospital.Site[play["server"]].Device.Ip} && {filter}", "ip.src");
        Assert.Equal(play.Number("packets"), sources.Count);
        Assert.Equal(sources.Count, await play.CountAsync($"eth.src == {play["attacker-mac"]} && {filter}"));
        Assert.Equal(play["sender"] switch { "random" => 100, _ => 1 }, Math.Min(100, sources.Distinct().Count()));
        Assert.Equal(play["sender"] == "own", sources[0] == play["attacker"]);
    }

    [LabFact("tshark tcpdump nginx")]
    public async Task Many_devices_connect_at_once()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "flood-twin", 1);
        string server = hospital.Site["srv1"].Device.Ip.ToString();
        await play.MarkedAreAsync($"ip.addr == {server} && tcp.port == {play["port"]}");
        // A port is taken again by chance; a SYN that is sent again has its number.
        IReadOnlyList<string> opened = await play.Capture.FieldsAsync($"tcp.flags.syn == 1 && tcp.flags.ack == 0 && ip.dst == {server}", "ip.src", "tcp.srcport", "tcp.seq_raw");
        Assert.Equal(play.Number("connections"), opened.Distinct().Count());
    }

    // Seeds that show another program each.
    [LabFact("tshark tcpdump slowhttptest nginx")]
    public Task Requests_are_held_open_by_a_program() => HeldAsync(2, "slowhttptest");

    [LabFact("tshark tcpdump nginx")]
    public Task Requests_are_held_open_by_hand() => HeldAsync(1, "own");

    private static async Task HeldAsync(int seed, string program)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.OnceAsync(hospital.Network, "slow-requests", seed);
        Assert.Equal(program, play["program"]);
        string ip = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        IReadOnlyList<string> opened = await play.Capture.FieldsAsync($"ip.src == {ip} && tcp.flags.syn == 1", "tcp.srcport");
        // No head ever ends, so nothing is answered, but to the program's own questions whether the server still lives.
        IReadOnlyList<string> answered = await play.Capture.FieldsAsync($"http.response && ip.dst == {ip}", "tcp.dstport");
        Assert.InRange(opened.Except(answered).Count(), play.Number("connections"), 2 * play.Number("connections"));
    }

    [LabFact("tshark tcpdump curl nginx")]
    public async Task Uploads_are_slow_and_come_to_an_end()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.OnceAsync(hospital.Network, "slow-requests-twin", 1);
        await play.MarkedAreAsync($"ip.addr == {hospital.Site[play["desk"]].Device.Ip} && ip.addr == {hospital.Site[play["server"]].Device.Ip} && tcp.port == {play["port"]}");
        Assert.True(await play.CountAsync($"tcp.srcport == {play["port"]} && tcp.payload contains \"HTTP/1.1 200 OK\"") >= play.Number("uploads"));
    }

    // Together the seeds show every shape.
    [LabFact("tshark tcpdump hping3")]
    public async Task Packets_have_the_shapes_that_crash_stacks()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        HashSet<string> shown = [];
        foreach (int seed in (int[])[10, 18])
        {
            ScenePlay play = await ScenePlay.OnceAsync(hospital.Network, "crash-packets", seed);
            foreach (string shape in play["shapes"].Split(' '))
            {
                shown.Add(shape);
                string sent = shape switch
                {
                    "urgent" => "tcp.flags.urg == 1 && tcp.flags.ack == 1 && tcp.urgent_pointer == 0 && tcp.len > 0",
                    "land" => $"ip.src == {hospital.Site[play["target"]].Device.Ip} && ip.dst == ip.src && tcp.srcport == tcp.dstport",
                    "teardrop" => "ip.frag_offset == 5 || ip.frag_offset == 40",
                    "ping-of-death" => "ip.frag_offset > 8000",
                    _ => "tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.hdr_len == 24",
                };
                Assert.Equal(play["times"], SceneStage.Text(await play.CountAsync($"eth.src == {play["attacker-mac"]} && ({sent})")));
            }
        }
        Assert.Equal(5, shown.Count);
    }

    [LabFact("tshark tcpdump ping")]
    public async Task Large_pings_and_urgent_data_are_honest()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "crash-packets-twin", 1);
        string ip = play["visitor"];
        await play.MarkedAreAsync($"ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        Assert.True(await play.CountAsync("ip.frag_offset > 0") > 0);
        Assert.True(await play.CountAsync("tcp.flags.urg == 1 && tcp.urgent_pointer > 0") >= play.Number("interruptions"));
    }
}
