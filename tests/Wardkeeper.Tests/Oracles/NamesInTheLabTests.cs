using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Tests.Analyze;

namespace Wardkeeper.Tests.Oracles;

/// <summary>What DHCP and DNS tell of the lab's devices, against what the lab's own list says of them.</summary>
public class NamesInTheLabTests
{
    [Theory]
    [InlineData("20:e7:91:10:00:21", "SOMATOM-CT01", "MSFT 5.0", "1,15,3,6,44,46,47,33,43", "10.77.100.64")]
    [InlineData("00:0f:14:30:00:31", "BeneVision-3031", "udhcp 1.19.4", "1,3,6,12,15,28,42", "10.77.100.154")]
    [InlineData("00:12:21:30:00:41", "SPACE-0041", "VxWorks", "1,3,6,28", "10.77.100.148")]
    [InlineData("dc:a6:32:66:00:66", "raspberrypi", "dhcpcd-9.4.1:Linux-6.1.21-v8+:aarch64:BCM2835", "1,3,6,12,15,28,26,33", "10.77.100.172")]
    public void A_lease_tells_who_the_device_is(string mac, string name, string vendorClass, string parameters, string lease)
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path("captures/lab/dhcp.pcap"));
        JsonElement[] rows = [.. analysis.Rows("dhcp").Where(row => Text(row, "mac") == mac)];
        Assert.Equal(["DISCOVER", "OFFER", "REQUEST", "ACK"], rows.Select(row => row.GetProperty("msg_types")[0].GetString()));
        Assert.Equal([name, vendorClass, parameters], [Text(rows[0], "host_name"), Text(rows[0], "vendor_class"), Text(rows[0], "parameter_list")]);
        Assert.Equal([lease, "10.77.0.1"], [Text(rows[3], "assigned_addr"), Text(rows[3], "server_id")]);
    }

    [Fact]
    public void A_second_server_and_the_router_it_hands_out_are_seen()
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path("captures/lab/rogue-dhcp.pcap"));
        JsonElement[] offers = [.. analysis.Rows("dhcp").Where(row => row.GetProperty("msg_types")[0].GetString() == "OFFER")];
        Assert.Equal(["10.77.0.1", "10.77.66.66"], offers.Select(row => Text(row, "server_id")!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(offers.Where(row => Text(row, "server_id") == "10.77.66.66"), row => Assert.Equal("10.77.66.66", row.GetProperty("routers")[0].GetString()));
    }

    [Fact]
    public void Queries_of_a_tunnel_are_paired_on_both_its_legs()
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path("captures/lab/dns-tunnel.pcap"));
        JsonElement[] rows = [.. analysis.Rows("dns").Where(row => Text(row, "query")?.EndsWith(".t.evil.test", StringComparison.Ordinal) == true)];

        // tshark counts the same: the tunnel's server leaves some queries unanswered.
        Assert.Equal((83, 58), (rows.Length, rows.Count(row => row.TryGetProperty("rtt", out _))));
    }

    private static string? Text(JsonElement row, string field) => row.TryGetProperty(field, out JsonElement value) ? value.GetString() : null;
}
