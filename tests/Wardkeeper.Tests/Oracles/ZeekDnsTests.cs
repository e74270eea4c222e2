using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Tests.Analyze;

namespace Wardkeeper.Tests.Oracles;

/// <summary>Our dns and dhcp rows against Zeek's own logs of the same captures; where they differ, the reason stands here.</summary>
public class ZeekDnsTests
{
    private static readonly string[] Fields =
    [
        "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "trans_id", "rtt", "query", "qclass", "qclass_name", "qtype", "qtype_name", "rcode", "rcode_name",
        "AA", "TC", "RD", "RA", "Z", "answers", "TTLs", "rejected", "opcode", "opcode_name",
    ];

    /// <summary>Per capture: fields of a row that may differ, or how many rows fewer we have, and why.</summary>
    private static readonly Dictionary<string, (string[] Fields, int Fewer, string Reason)> Differences = new(StringComparer.Ordinal)
    {
        ["dns-spf.pcap"] = (["rtt", "qclass", "qclass_name", "qtype", "qtype_name", "RD", "Z"], 0, "the query's checksum is wrong: Zeek ignores the packet, we count it and read it"),
        ["dns-two-responses.pcap"] = ([], 1, "the second reply is the same frame again, a copy that the mirror made; we use it once"),
        ["dns53.pcap"] = (["id.orig_h", "id.resp_h"], 0, "the first packet is a reply between two ports 53: Zeek turns the flow round, we keep who spoke first"),
    };

    [Fact]
    public void Rows_agree_with_Zeeks_dns_log()
    {
        int compared = 0;
        foreach ((string capture, string log) in ZeekLog.Find(SharedFiles.Path("captures/zeek"), "dns"))
        {
            using Analysis ours = Analysis.Of(capture);
            Differences.TryGetValue(Path.GetFileName(capture), out (string[] Fields, int Fewer, string Reason) known);
            string[] fields = [.. Fields.Except(known.Fields ?? [])];
            List<string> expected = [.. ZeekLog.Read(log).Select(row => string.Join('\t', fields.Select(field => row[field]))).Order(StringComparer.Ordinal)];
            foreach (string row in ours.Rows("dns").Select(row => Line(row, fields)))
            {
                Assert.True(expected.Remove(row), $"{capture}: Zeek does not have\n{row}\nbut\n{string.Join('\n', expected)}");
                compared++;
            }
            Assert.True(expected.Count == known.Fewer, $"{capture}: only Zeek has\n{string.Join('\n', expected)}");
        }
        Assert.InRange(compared, 15, int.MaxValue);
    }

    /// <summary>Zeek joins the messages of a lease into one row, we keep each: compared is what both say of all messages together.</summary>
    [Fact]
    public void Messages_agree_with_Zeeks_dhcp_log()
    {
        int compared = 0;
        foreach ((string capture, string log) in ZeekLog.Find(SharedFiles.Path("captures/zeek/dhcp"), "dhcp"))
        {
            IReadOnlyList<IReadOnlyDictionary<string, string>> theirs = ZeekLog.Read(log);

            // Zeek was told to follow only so many transactions in this one.
            if (log.Contains("max-tracked", StringComparison.Ordinal)) continue;
            using Analysis ours = Analysis.Of(capture);
            IReadOnlyList<JsonElement> rows = ours.Rows("dhcp");
            Assert.Equal(Sorted(theirs.SelectMany(row => row["msg_types"].Split(','))), Sorted(rows.Select(row => ZeekLog.Show(row, "msg_types", false))));
            foreach ((string field, bool isInterval) in (ReadOnlySpan<(string, bool)>)[("mac", false), ("host_name", false), ("domain", false), ("server_message", false), ("lease_time", true), ("server_addr", false)])
            {
                Assert.Equal(Stated(theirs.Select(row => row[field])), Stated(rows.Select(row => ZeekLog.Show(row, field, isInterval))));
                compared++;
            }
        }
        Assert.InRange(compared, 6, int.MaxValue);
    }

    private static string Line(JsonElement row, string[] fields) => string.Join('\t', fields.Select(field => ZeekLog.Show(row, field, field is "rtt" or "TTLs")));

    private static string[] Sorted(IEnumerable<string> values) => [.. values.Order(StringComparer.Ordinal)];

    private static string[] Stated(IEnumerable<string> values) => [.. values.Where(value => value != "-").Distinct().Order(StringComparer.Ordinal)];
}
