using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

public class AccessSceneTests
{
    [LabFact("tshark tcpdump hydra medusa /usr/sbin/sshd /usr/sbin/telnetd socat vsftpd")]
    public async Task Names_and_passwords_are_tried()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(
            TestHospital.Device("srv1", 11, "server", offers: "ssh"), TestHospital.Device("us1", 22, "ultrasound-scanner", 20, offers: ["telnet", "ftp"]), TestHospital.Device("pc1", 13, "office-pc"));
        HashSet<string> protocols = [];
        for (int seed = 1; protocols.Count < 3; seed++)
        {
            ScenePlay play = protocols.Count == 0 ? await ScenePlay.TwiceAsync(hospital.Network, "brute-force", seed) : await ScenePlay.OnceAsync(hospital.Network, "brute-force", seed);
            protocols.Add(play["protocol"]);
            await play.MarkedAreAsync($"ip.addr == {play["attacker"]} || arp.src.proto_ipv4 == {play["attacker"]} || arp.dst.proto_ipv4 == {play["attacker"]}");
            int port = play["protocol"] switch { "ssh" => 22, "telnet" => 23, _ => 21 }, vlan = hospital.Site[play["server"]].Device.Department.Vlan;
            int connections = await play.CountAsync($"tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == {port} && vlan.id == {vlan}");
            Assert.InRange(connections, 2, 3 * play.Number("guesses"));
            if (play["protocol"] != "ssh") continue;
            // The server counts on its own.
            string refused = $"Failed password for invalid user {play["names"].Split(' ').First(name => name is not ("service" or "root"))} from {play["attacker"]}";
            Assert.Contains(refused, await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["srv1"], "sshd"), refused), StringComparison.Ordinal);
        }
    }

    [LabFact("tshark tcpdump sshpass ssh /usr/sbin/sshd")]
    public async Task A_password_is_mistyped_and_then_right()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("srv1", 11, "server", offers: "ssh"), TestHospital.Device("pc1", 13, "office-pc", 20));
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "brute-force-twin", 1);
        HospitalDevice desk = hospital.Site[play["desk"]].Device, server = hospital.Site[play["server"]].Device;
        await play.MarkedAreAsync($"ip.addr == {desk.Ip} && ip.addr == {server.Ip} && tcp.port == 22");
        Assert.Equal(play.Number("wrong") + 1, await play.Capture.ConnectionsAsync("tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == 22"));
        string[] log = (await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["srv1"], "sshd"), "Accepted password for service", 2)).Split('\n');
        // Played twice.
        Assert.Equal(2 * play.Number("wrong"), log.Count(line => line.Contains("Failed password for service", StringComparison.Ordinal)));
        Assert.Equal(2, log.Count(line => line.Contains("Accepted password for service", StringComparison.Ordinal)));
    }
}
