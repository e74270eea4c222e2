using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Capture;

public class SharedCapturesTests
{
    // Captures whose count differs from tshark's, and why.
    private static readonly Dictionary<string, string> Explained = new()
    {
        ["pcapplusplus/ExamplesTest/pcap_examples/solaris.snoop"] = "snoop is another format",
        ["suricata-verify/bug-1450-05/tls_DER-incomplete-content.pcap"] = "damaged in the middle: tshark stops there, we find the next record",
        ["suricata-verify/smtp-to-comma/10.7.29.101_49898-178.63.41.150_25.pcap"] = "damaged in the middle: tshark stops there, we find the next record",
        ["tcpdump/bgp_vpn_rt-oobr.pcap"] = "ends in zeros, which tshark takes for empty packets of 1970",
        ["tcpdump/vtp_asan-3.pcap"] = "a link type that tshark does not open",
        ["tcpdump/vtp_asan.pcap"] = "a link type that tshark does not open",
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
