using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

/// <summary>Work on medical devices, announced and not.</summary>
public class ServiceSceneTests
{
    private static HospitalDevice[] Devices() =>
    [
        TestHospital.Device("pc1", 13, "office-pc"), TestHospital.Device("cws1", 14, "clinical-workstation"),
        TestHospital.Device("pump1", 21, "infusion-pump", 20, null, "ftp", "telnet") with { Speaks = ["pcd"] }, TestHospital.Device("pump2", 22, "infusion-pump", 20, null, "ftp", "telnet") with { Speaks = ["pcd"] },
        TestHospital.Device("srv1", 11, "server", 10, null, "ftp") with { Speaks = ["pcd"] },
    ];

    [Fact]
    public void Work_is_announced_on_every_other_device_today_and_servers_are_no_devices()
    {
        IReadOnlyList<AnnouncedWork> calendar = ServiceCalendar.Of(Devices());
        Assert.Equal([("pump1", "pc1", true), ("pump2", "pc1", false)], calendar.Select(work => (work.Device.Key, work.Engineer.Key, work.IsToday)));
        string site = ServiceCalendar.Site(Devices(), new DateOnly(2026, 11, 23));
        Assert.Contains("{name: service of pump1, devices: [10.77.20.21], peers: [10.77.10.13], from: '2026-11-23T00:00:00+08:00', until: '2026-11-25T00:00:00+08:00'}", site, StringComparison.Ordinal);
        Assert.DoesNotContain("srv1", site, StringComparison.Ordinal);
        Assert.Throws<LabException>(() => ServiceCalendar.Of(Devices().Skip(1)));
    }

    // Seeds that show another way each; one is played twice.
    [LabFact("tshark tcpdump curl vsftpd telnetd socat")]
    public Task Firmware_goes_by_ftp() => WorkedOnAsync("service-command", Seeds.Ftp, "ftp", "ftp.request.command == \"STOR\"", twice: true);

    [LabFact("tshark tcpdump curl vsftpd telnetd socat dnsmasq")]
    public Task Firmware_is_fetched_by_the_device() => WorkedOnAsync("service-command", Seeds.Tftp, "tftp", "tftp.opcode == 1");

    [LabFact("tshark tcpdump curl vsftpd telnetd socat")]
    public Task Somebody_works_in_a_shell() => WorkedOnAsync("service-command", Seeds.Telnet, "telnet", "tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == 23");

    [LabFact("tshark tcpdump curl vsftpd telnetd socat")]
    public async Task The_twin_is_done_by_the_named_machine_on_the_announced_day()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "service-command-twin", 1);
        Assert.Equal(("pump1", "pc1", "0"), (play["device"], play["by"], play["announced-in-days"]));
        await play.MarkedAreAsync($"ip.addr == {hospital.Site["pump1"].Device.Ip} && ip.addr == {hospital.Site["pc1"].Device.Ip}");
    }

    private static async Task WorkedOnAsync(string scene, int seed, string way, string filter, bool twice = false)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = twice ? await ScenePlay.TwiceAsync(hospital.Network, scene, seed) : await ScenePlay.OnceAsync(hospital.Network, scene, seed);
        Assert.Equal(way, play["way"]);
        // On the announced day it is not the machine that was named; on others anybody may be who was not expected.
        Assert.Equal(play["who"] == "laptop on the day", play["announced-in-days"] == "0");
        Assert.Equal(play["announced-in-days"] == "0" ? "pump1" : "pump2", play["device"]);
        Assert.NotEqual(("0", "pc1"), (play["announced-in-days"], play["by"]));
        string device = hospital.Site[play["device"]].Device.Ip.ToString();
        // What is routed is seen in both networks.
        Assert.Equal(play.Number("times"), await play.CountAsync($"vlan.id == 20 && ip.addr == {device} && {filter}"));
    }

    private static class Seeds
    {
        public const int Ftp = 4, Tftp = 1, Telnet = 2;
    }
}
