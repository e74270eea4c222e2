using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Capture;

public class SharedCapturesTests
{
    // Why a count may differ from tshark's.
    private static readonly Dictionary<string, string> Explained = new()
    {
        ["pcapplusplus/ExamplesTest/pcap_examples/solaris.snoop"] = "snoop is another format",
    };

    [Fact]
    public void Every_shared_capture_has_as_many_packets_as_tshark_counts()
    {
        string[] rows = File.ReadAllLines(SharedFiles.Path("captures/MANIFEST.tsv"));
        int packetsAt = Array.IndexOf(rows[0].Split('\t'), "packets"), compared = 0;
        List<string> differences = [];
        foreach (string row in rows[1..])
        {
            string[] fields = row.Split('\t');
            if (Explained.ContainsKey(fields[0]) || !long.TryParse(fields[packetsAt], out long expected)) continue;
            using ICaptureSource source = CaptureFiles.Open([SharedFiles.Path("captures/" + fields[0])]);
            long packets = 0;
            while (source.TryRead(out _)) packets++;
            compared++;
            if (packets != expected) differences.Add($"{fields[0]}: {packets}, not {expected}: {string.Join(" | ", source.Problems.Select(problem => problem.Kind + " " + problem.Detail))}");
        }

        Assert.Equal("", string.Join("\n", differences));
        Assert.True(compared > 1000);
    }
}
