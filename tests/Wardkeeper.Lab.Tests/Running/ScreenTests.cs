using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services.Screens;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class ScreenTests
{
    [LabFact("Xtigervnc tigervncpasswd tshark tcpdump unshare")]
    public async Task Screens_are_watched_with_and_without_a_password()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9),
            TestHospital.Device("us1", 10, "ultrasound-scanner", offers: "vnc") with { Model = "A" }, TestHospital.Device("us2", 11, "ultrasound-scanner", offers: "vnc") with { Model = "B" });
        string asks = VncService.AsksPassword(hospital.Site["us1"].Device) ? "us1" : "us2";
        Assert.NotEqual(VncService.AsksPassword(hospital.Site["us1"].Device), VncService.AsksPassword(hospital.Site["us2"].Device));
        Capture capture = await hospital.RecordAsync(async () =>
        {
            foreach (string server in (string[])["us1", "us2"]) await ActorRegistry.ActAsync(new ScreenWatched(TimeSpan.Zero, "pc", server), hospital.Site, TestHospital.Cancel);
        });
        Assert.Equal(["Vendor A", "Vendor B"], await capture.FieldsAsync("vnc.desktop_name", "vnc.desktop_name"));
        Assert.Equal([hospital.Site[asks].Device.Ip.ToString()], await capture.FieldsAsync("vnc.auth_challenge", "ip.src"));
        Assert.Equal(["0", "0"], (await capture.FieldsAsync("vnc.auth_result", "vnc.auth_result")).Select(result => result is "False" or "0" ? "0" : result));
        // Two pictures of 320 by 240 pixels of 16 bits.
        Assert.InRange((await capture.FieldsAsync("tcp.srcport==5900 && !tcp.analysis.retransmission", "tcp.len")).Sum(int.Parse), 2 * 320 * 240 * 2, 2 * 320 * 240 * 2 + 1000);
        Assert.Contains("accepted: 10.77.10.9", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["us1"], "Xtigervnc"), "accepted: 10.77.10.9"), StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/.X11-unix/X0"), "the display is seen outside of the device");
    }
}
