using System.Globalization;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Synth;
using Wardkeeper.Lab.Tests.Recording;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Synth;

public sealed class SynthesisTests : IDisposable
{
    private static readonly DateOnly Begin = new(2026, 3, 2);
    private readonly string folder = Directory.CreateTempSubdirectory("lab-synth-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Two monitors speak ten times each to a server at nine in the morning, Chinese time, five times at ten.</summary>
    private TrafficModel Recorded()
    {
        long nine = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeSeconds() * 1_000_000;
        List<(long, Frame)> frames = [];
        for (uint monitor = 0; monitor < 2; monitor++)
        {
            for (int i = 0; i < 15; i++)
            {
                long at = nine + (i * 350_000_000L) + monitor;
                frames.Add((at, HandMade.Udp(at, 0x0a4d1e20 + monitor, 0x0a4d0a0a, 5000 + i, 2575, 100, source: 0x000f14000000UL + monitor)));
                frames.Add((at + 900, HandMade.Udp(at + 900, 0x0a4d0a0a, 0x0a4d1e20 + monitor, 2575, 5000 + i, 20, source: 0x000e2f000002, target: 0x000f14000000UL + monitor)));
            }
        }
        string capture = Path.Combine(folder, "day.pcap");
        PcapFile.Write(capture, frames.OrderBy(frame => frame.Item1));
        File.WriteAllLines(Path.Combine(folder, "devices.ndjson"),
        [
            """{"type":"patient-monitor","ip":"10.77.30.32","mac":"00:0f:14:00:00:00"}""",
            """{"type":"patient-monitor","ip":"10.77.30.33","mac":"00:0f:14:00:00:01"}""",
            """{"type":"server","ip":"10.77.10.10","mac":"00:0e:2f:00:00:02"}""",
        ]);
        return TrafficModel.Learn(capture, folder);
    }

    [Fact]
    public void The_day_is_learned_as_it_was()
    {
        TrafficModel model = Recorded();
        Assert.Equal(30, model.Flows.Count);
        Assert.All(model.Flows, flow => Assert.Equal(("patient-monitor", "server", 2, 2575), (flow.Client, flow.Server, flow.Frames.Count, flow.ServerPort)));
        Assert.Equal([9, 10], model.Flows.Select(flow => flow.Hour).Distinct().Order());
    }

    [Fact]
    public void A_bigger_hospital_has_the_same_types_rates_and_hours()
    {
        TrafficModel model = Recorded();
        IReadOnlyList<SynthDevice> devices = SynthDevice.Populate(model, 300);
        Assert.Equal(300, devices.Count);
        Assert.Equal(200, devices.Count(device => device.Type == "patient-monitor"));
        Assert.Equal(300, devices.Select(device => device.Ip).Distinct().Count());
        SynthFlow[] flows = [.. new Synthesis(model, devices, 7, Begin, 2).Flows()];
        // 200 monitors, 15 conversations a day each, two days.
        Assert.InRange(flows.Length, 5700, 6300);
        long midnight = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeSeconds() * 1_000_000;
        double atNine = flows.Count(flow => (flow.At - midnight) / 3_600_000_000L % 24 == 9);
        Assert.InRange(atNine / flows.Length, 0.66, 0.78);
        Assert.All(flows, flow => Assert.InRange((flow.At - midnight) / 3_600_000_000L % 24, 9, 10));
    }

    [LabFact("tshark")]
    public async Task Packets_are_in_order_whole_and_those_of_the_flows()
    {
        TrafficModel model = Recorded();
        IReadOnlyList<SynthDevice> devices = SynthDevice.Populate(model, 30);
        string capture = Path.Combine(folder, "synth.pcap"), rows = Path.Combine(folder, "flows.ndjson");
        long packets, flows;
        using (FileStream stream = File.Create(capture)) packets = SynthWriter.Packets(new Synthesis(model, devices, 7, Begin, 1), stream, long.MaxValue, _ => { }, default);
        using (FileStream stream = File.Create(rows)) flows = SynthWriter.Flows(new Synthesis(model, devices, 7, Begin, 1), stream, long.MaxValue, _ => { }, default);
        Assert.Equal(2 * flows, packets);
        Assert.Equal(flows, File.ReadLines(rows).Count());
        (int code, string output) = await Shell.RunAsync("tshark", ["-r", capture, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields", "-e", "frame.time_epoch", "-e", "ip.checksum.status", "-e", "udp.checksum.status"], TestContext.Current.CancellationToken);
        Assert.Equal(0, code);
        string[][] shown = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => char.IsDigit(line[0])).Select(line => line.Split('\t'))];
        Assert.Equal(packets, shown.Length);
        Assert.All(shown, row => Assert.Equal(("1", "1"), (row[1], row[2])));
        double[] times = [.. shown.Select(row => double.Parse(row[0], CultureInfo.InvariantCulture))];
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        TrafficModel model = Recorded();
        Assert.Equal(Bytes(model, 7), Bytes(model, 7));
        Assert.NotEqual(Bytes(model, 7), Bytes(model, 8));
    }

    [Fact]
    public void A_capture_that_is_not_the_labs_is_refused()
    {
        string path = Path.Combine(folder, "other.pcap");
        File.WriteAllText(path, "no capture at all, but long enough for a header");
        Assert.Contains(path, Assert.Throws<LabException>(() => TrafficModel.Learn(path, Write("""{"type":"server","ip":"10.77.10.10","mac":"00:0e:2f:00:00:02"}"""))).Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(TrafficModel model, int seed)
    {
        using MemoryStream stream = new();
        SynthWriter.Packets(new Synthesis(model, SynthDevice.Populate(model, 20), seed, Begin, 1), stream, 500, _ => { }, default);
        return stream.ToArray();
    }

    private string Write(string line)
    {
        File.WriteAllText(Path.Combine(folder, "devices.ndjson"), line + "\n");
        return folder;
    }
}
