using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class SerialTests
{
    [LabFact("ser2net socat tshark tcpdump unshare")]
    public async Task Dialysis_machines_are_read_over_the_network()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("ws", 9), TestHospital.Device("serial1", 10, "serial-device-server", offers: "rfc2217"));
        string[][] readings = [["BED=DIA-01;T=010;QB=240", "BED=DIA-02;T=022;QB=255"], ["BED=DIA-01;T=020;QB=241;NOTE=慢"]];
        Capture capture = await hospital.RecordAsync(async () =>
        {
            foreach (string[] lines in readings) await ActorRegistry.ActAsync(new SerialRead(TimeSpan.Zero, "ws", "serial1", lines), hospital.Site, TestHospital.Cancel);
        });
        Assert.Equal(2, await capture.ConnectionsAsync("tcp.dstport==4001 && tcp.flags.syn==1"));
        string said = string.Concat(await capture.FieldsAsync("tcp.srcport==4001 && tcp.len>0 && !tcp.analysis.retransmission", "tcp.payload"));
        foreach (string line in readings.SelectMany(lines => lines)) Assert.Contains(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(line + "\r\n")), said, StringComparison.Ordinal);
        string told = await capture.TsharkAsync("-d", "tcp.port==4001,telnet", "-Y", "telnet", "-V");
        foreach (string text in (string[])["Subcommand: COM Port Control", "Client Baud Rate: 9600", "Server Baud Rate: 9600", "Server Data Size: 8"]) Assert.Contains(text, told, StringComparison.Ordinal);
        Assert.Equal(0, await capture.CountAsync("_ws.malformed"));
        Assert.True(NamespacePrograms.Running(new HashSet<string> { hospital.Site["serial1"].Name }).Count >= 2);
    }
}
