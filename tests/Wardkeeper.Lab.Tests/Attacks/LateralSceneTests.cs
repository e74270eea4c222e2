using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

/// <summary>Who goes on from machine to machine, and who shares a card.</summary>
public class LateralSceneTests
{
    private const string Impacket = "/usr/lib/python3/dist-packages/impacket/smbserver.py";

    private static HospitalDevice[] Desks() =>
        [TestHospital.Device("pc1", 13, "office-pc"), TestHospital.Device("pc2", 14, "office-pc"), TestHospital.Device("ws1", 23, "imaging-workstation", 20)];

    // Seeds that show another way each; one is played twice.
    [LabFact($"tshark tcpdump {Impacket}")]
    public Task A_service_is_made_on_another_machine() => StartedAsync(10, "service", "svcctl.opnum == 12", twice: true);

    [LabFact($"tshark tcpdump {Impacket}")]
    public Task A_job_is_made_on_another_machine() => StartedAsync(2, "job", "atsvc.opnum == 0");

    [LabFact($"tshark tcpdump {Impacket}")]
    public Task A_task_is_made_on_another_machine() => StartedAsync(6, "task", "dcerpc.opnum == 1 && dcerpc.pkt_type == 0");

    [LabFact("tshark tcpdump curl")]
    public Task A_shell_of_WinRM_is_opened() => StartedAsync(1, "winrm", "http.request.method == POST && http contains \"transfer/Create\"");

    private static async Task StartedAsync(int seed, string way, string filter, bool twice = false)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Desks());
        ScenePlay play = twice ? await ScenePlay.TwiceAsync(hospital.Network, "lateral", seed) : await ScenePlay.OnceAsync(hospital.Network, "lateral", seed);
        Assert.Equal(way, play["way"]);
        string ip = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        IEnumerable<string> reached = (await play.Capture.FieldsAsync($"ip.src == {ip} && {filter}", "ip.dst")).Distinct();
        Assert.Equal(play["targets"].Split(' ').Select(key => hospital.Site[key].Device.Ip.ToString()).Order(), reached.Order());
    }

    [LabFact("tshark tcpdump Xtigervnc")]
    public async Task An_intruder_goes_from_screen_to_screen()
    {
        await using TestHospital hospital = await TestHospital.StartAsync([.. Enumerable.Range(1, 3).Select(number => TestHospital.Device($"ws{number}", 20 + number, "imaging-workstation", offers: "vnc"))]);
        ScenePlay play = await ScenePlay.OnceAsync(hospital.Network, "lateral", 1);
        Assert.Equal("desktops", play["way"]);
        string[] chain = [play["attacker"], .. play["targets"].Split(' ').Select(key => hospital.Site[key].Device.Ip.ToString())];
        IReadOnlyList<string> opened = await play.Capture.FieldsAsync("tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == 5900", "ip.src", "ip.dst");
        Assert.Equal(chain.Zip(chain.Skip(1), (from, to) => $"{from}\t{to}"), opened.Distinct());
    }

    [LabFact("tshark tcpdump smbd smbclient rpcclient net")]
    public async Task An_administrator_asks_servers_and_starts_nothing()
    {
        await using TestHospital hospital = await TestHospital.StartAsync([.. Desks(), TestHospital.Device("files", 11, offers: "smb")]);
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "lateral-twin", 1);
        string desk = hospital.Site[play["administrator"]].Device.Ip.ToString(), server = hospital.Site["files"].Device.Ip.ToString();
        await play.MarkedAreAsync($"ip.addr == {desk} && ip.addr == {server} && tcp.port == 445");
        Assert.True(await play.CountAsync("dcerpc") > 0);
        Assert.Equal(0, await play.CountAsync("svcctl.opnum == 12 || svcctl.opnum == 19"));
    }

    [LabFact("tshark tcpdump curl nft nginx")]
    public async Task Several_systems_browse_behind_one_card()
    {
        await using TestHospital hospital = await TestHospital.StartAsync([.. Desks(), TestHospital.Device("srv1", 11, offers: "http")]);
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "hotspot", 1);
        string ip = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        string[] guests = play["guests"].Split(' ');
        Assert.Equal(guests.Length, (await play.Capture.FieldsAsync($"ip.src == {ip} && http.request", "http.user_agent")).Distinct().Count());
        // A router counts the time to live down; it is seen again behind the hospital's own where that is in between.
        IEnumerable<string> lives = await play.Capture.FieldsAsync($"ip.src == {ip} && tcp.flags.syn == 1", "ip.ttl");
        string[] counted = guests.Contains("windows") ? ["63", "62", "127", "126"] : ["63", "62"];
        Assert.All(lives, life => Assert.Contains(life, counted));
    }

    [LabFact("tshark tcpdump curl nginx")]
    public async Task A_virtual_machine_is_no_access_point()
    {
        await using TestHospital hospital = await TestHospital.StartAsync([.. Desks(), TestHospital.Device("srv1", 11, offers: "http")]);
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "hotspot-twin", 1);
        Assert.Equal("bridged", play["way"]);
        string pc = play["visitor"], machine = play["second"];
        await play.MarkedAreAsync(string.Join(" || ", ((string[])[pc, machine]).Select(ip => $"ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}")));
        IReadOnlyList<string> seen = await play.Capture.FieldsAsync($"http.request && (ip.src == {pc} || ip.src == {machine})", "ip.src", "http.user_agent");
        Assert.Equal(2, seen.Distinct().Count());
        Assert.Equal([pc, machine], seen.Select(line => line.Split('\t')[0]).Distinct());
    }
}
