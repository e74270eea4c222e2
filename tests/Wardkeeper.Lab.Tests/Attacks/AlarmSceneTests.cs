using Wardkeeper.Lab.Tests.Emitters;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

public class AlarmSceneTests
{
    private static Task<TestHospital> StartAsync() => TestHospital.StartAsync(
        TestHospital.Device("cms", 9, "central-monitor", 20) with { Speaks = ["sdc"] }, TestHospital.Device("mon", 10, "patient-monitor", offers: "sdc") with { Speaks = ["sdc"] }, TestHospital.Device("vent", 11, "ventilator", offers: "sdc") with { Speaks = ["sdc"] });

    /// <summary>What a device's alarms became, one after another, when the scene was played twice.</summary>
    private static IEnumerable<string> Switched(TestHospital hospital, ScenePlay play) => play["devices"].Split(' ').SelectMany(device => WireCheck.LogOf(hospital, device, "sdc").Details("SetAlertState"));

    [LabFact("curl tshark tcpdump")]
    public async Task A_laptop_silences_alarms()
    {
        await using TestHospital hospital = await StartAsync();
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "sdc-alarm", 1);
        string attacker = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {attacker} || arp.src.proto_ipv4 == {attacker} || arp.dst.proto_ipv4 == {attacker}");
        Assert.Equal("cms", play["station"]);
        Assert.InRange(play.Played.Mark.Past.Count, 5, 6);
        Assert.Equal(play.Number("requests"), await play.CountAsync($"http.request.method == POST && ip.src == {attacker}"));
        Assert.Equal(0, await play.CountAsync("http.response.code != 200"));
        // Nothing is left of it: whoever watches switched them on again.
        Assert.Equal(Enumerable.Repeat((string[])[play["activation"], "On"], 2 * play["devices"].Split(' ').Length).SelectMany(both => both), Switched(hospital, play));
    }

    [LabFact("curl tshark tcpdump")]
    public async Task The_station_pauses_alarms()
    {
        await using TestHospital hospital = await StartAsync();
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "sdc-alarm-twin", 1);
        await play.MarkedAreAsync($"ip.addr == 10.77.20.9 && tcp.port == 6464 && ({string.Join(" || ", play["devices"].Split(' ').Select(device => $"ip.addr == {hospital.Site[device].Device.Ip}"))})");
        Assert.Equal(play.Number("requests"), await play.CountAsync("http.request.method == POST"));
        Assert.Equal(Enumerable.Repeat((string[])[play["activation"], "On"], play.Number("requests")).SelectMany(both => both), Switched(hospital, play));
    }
}
