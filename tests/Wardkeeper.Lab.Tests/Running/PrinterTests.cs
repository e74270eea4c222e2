using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class PrinterTests
{
    [LabFact("tshark tcpdump socat")]
    public async Task Printers_say_who_they_are_and_print_jobs()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("prn", 10, "printer", offers: "jetdirect"));
        Capture capture = await hospital.RecordAsync(() => ActorRegistry.ActAsync(new PagePrinted(TimeSpan.Zero, "pc", "prn", "Report of Miller\nK 4.2 mmol/l"), hospital.Site, TestHospital.Cancel));
        // ESC E, 30 bytes of text with the line's CR LF, form feed, ESC E.
        string log = hospital.Site.LogOf(hospital.Site["prn"], "jetdirect");
        while (!File.Exists(log)) await Task.Delay(20, TestHospital.Cancel);
        Assert.Equal("job of 35 bytes\n", File.ReadAllText(log));
        string answered = string.Concat(await capture.FieldsAsync("tcp.srcport==9100 && tcp.len>0 && !tcp.analysis.retransmission", "tcp.payload"));
        Assert.Contains(Convert.ToHexStringLower("@PJL INFO ID\r\n\"Vendor Model\"\r\n\f"u8), answered, StringComparison.Ordinal);

        // A job without PJL, from a program that knows nothing of this printer.
        (int code, string output) = await Shell.RunAsync("ip", ["netns", "exec", hospital.Site["pc"].Name, "sh", "-c", "printf hello | socat -t1 - TCP:10.77.10.10:9100"], TestHospital.Cancel);
        Assert.True(code == 0, output);
        while (new FileInfo(log).Length < 20) await Task.Delay(20, TestHospital.Cancel);
        Assert.EndsWith("job of 5 bytes\n", File.ReadAllText(log), StringComparison.Ordinal);
    }
}
