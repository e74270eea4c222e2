using System.Text.Json;
using Wardkeeper.Analyze;
using Wardkeeper.Sensor.Tests.Captures;
using static Wardkeeper.Tests.Analyze.HospitalSample;

namespace Wardkeeper.Tests.Analyze;

/// <summary>The sample that the README's first command reads, against the truth that was written when it was recorded.</summary>
public sealed class SampleTests
{
    [Fact]
    public void Every_device_of_the_day_is_found_exactly_once_and_no_other()
    {
        using Analysis sample = Analysis.Of(Capture);
        IReadOnlyList<JsonElement> found = sample.Rows("devices");
        Assert.Equal(Sorted(Excused("unseen")), Sorted(Devices.Where(device => !found.Any(device.Is)).Select(device => device.Key)));
        Assert.DoesNotContain(Devices, device => found.Count(device.Is) > 1);
        Assert.DoesNotContain(found, row => Devices.Count(device => device.Is(row)) > 1);
        Assert.Equal(Sorted(Excused("extra")), Sorted(found.Where(row => !Devices.Any(device => device.Is(row))).SelectMany(row => Texts(row, "ips"))));
    }

    [Fact]
    public void The_demo_shows_at_least_fifty_devices_that_are_really_there()
    {
        using Analysis demo = Analysis.Of(Path.Combine(SharedFiles.Project, "samples/demo/hospital.pcap"));
        ILookup<string, long?> cards = File.ReadLines(Path.Combine(SharedFiles.Project, "samples/demo/truth/devices.ndjson")).SelectMany(line => JsonElement.Parse(line).GetProperty("interfaces").EnumerateArray())
            .ToLookup(one => Text(one, "mac")!, one => one.TryGetProperty("vlan", out JsonElement vlan) ? vlan.GetInt64() : (long?)null);
        JsonElement[] found = [.. demo.Rows("devices").Where(row => Texts(row, "macs").Any(cards.Contains))];
        Assert.True(found.Length >= 50);
        // Renewals of leases pass a router here: they are seen in the server's VLAN, which is not the client's.
        Assert.All(found.Where(row => row.TryGetProperty("vlans", out _)), row => Assert.Subset(Texts(row, "macs").SelectMany(mac => cards[mac]).ToHashSet(), row.GetProperty("vlans").EnumerateArray().Select(vlan => (long?)vlan.GetInt64()).ToHashSet()));
        Assert.Empty(demo.Summary().GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public void No_device_has_an_address_that_is_not_its_own()
    {
        Assert.All(Found(), pair =>
        {
            Assert.Subset(pair.True.Macs, Texts(pair.Row, "macs").ToHashSet());
            Assert.Subset(pair.True.Ips, Texts(pair.Row, "ips").ToHashSet());
        });
    }

    /// <summary>A routed flow is seen with the VLAN of one of its sides; the other side is not in it.</summary>
    [Fact]
    public void No_device_is_in_a_vlan_that_is_not_its_own()
    {
        (TrueDevice True, JsonElement Row)[] found = Found();
        Assert.True(found.Count(pair => pair.Row.TryGetProperty("vlans", out _)) > 15);
        Assert.All(found, pair => Assert.Subset(pair.True.Vlans, pair.Row.TryGetProperty("vlans", out JsonElement vlans) ? vlans.EnumerateArray().Select(vlan => vlan.GetInt64()).ToHashSet() : []));
    }

    [Fact]
    public void Every_type_is_right_or_unknown_and_the_unknown_ones_are_listed()
    {
        (TrueDevice True, JsonElement Row)[] found = Found();
        Assert.All(found.Where(pair => Text(pair.Row, "type") is not null), pair => Assert.Equal($"{pair.True.Key} {pair.True.Type}", $"{pair.True.Key} {Text(pair.Row, "type")}"));
        Assert.Equal(Sorted(Excused("untyped")), Sorted(found.Where(pair => Text(pair.Row, "type") is null).Select(pair => pair.True.Key)));
    }

    [Fact]
    public void Devices_have_their_application_entity_titles_and_the_names_they_asked_with()
    {
        (TrueDevice True, JsonElement Row)[] found = Found();
        Assert.Contains(found, pair => pair.True.AeTitle is not null);
        Assert.Contains(found, pair => pair.True.AskedAs is not null);
        Assert.All(found, pair =>
        {
            Assert.Equal(pair.True.AeTitle is { } title ? [title] : [], Texts(pair.Row, "ae_titles"));
            if (pair.True.AskedAs is { } name) Assert.Contains(name, Texts(pair.Row, "host_names"));
        });
    }

    /// <summary>Requests, messages and connections between each pair of devices, as many as there were by the plan and the programs' own logs.</summary>
    [Theory]
    [InlineData("dhcp")]
    [InlineData("dicom")]
    [InlineData("dns")]
    [InlineData("hl7")]
    [InlineData("http")]
    [InlineData("ntp")]
    [InlineData("snmp")]
    [InlineData("ssh")]
    [InlineData("ssl")]
    public void Everything_that_was_said_is_counted(string protocol)
    {
        using Analysis sample = Analysis.Of(Capture);
        Dictionary<string, int> counted = sample.Rows(protocol).SelectMany(row => SampleCounts.Of(protocol, row)).GroupBy(what => what.Key).ToDictionary(same => same.Key, same => same.Sum(what => what.Count), StringComparer.OrdinalIgnoreCase);
        (string Key, int Count)[] truth = [.. Truth("counts").Where(row => Text(row, "protocol") == protocol && Text(row, "what") != "ACK").Select(row => (SampleCounts.Key(Text(row, "what")!, Text(row, "from")!, Text(row, "to")!), row.GetProperty("count").GetInt32()))];
        Assert.NotEmpty(truth);
        Assert.Equal(truth.Select(what => $"{what.Key}: {what.Count}"), truth.Select(what => $"{what.Key}: {counted.GetValueOrDefault(what.Key)}"));
    }

    [Fact]
    public void Every_message_was_acknowledged()
    {
        using Analysis sample = Analysis.Of(Capture);
        Assert.NotEmpty(sample.Rows("hl7"));
        Assert.All(sample.Rows("hl7"), row => Assert.Contains(Text(row, "ack"), (string[])["AA", "CA"]));
    }

    /// <summary>The recorder hears a routed packet on both sides of the router: the second is counted as a copy, and nothing else is odd.</summary>
    [Fact]
    public void Nothing_was_odd_but_the_copies_of_routed_packets()
    {
        using Analysis sample = Analysis.Of(Capture);
        Assert.Equal(0, sample.ExitCode);
        Assert.Equal(["routed-copy"], sample.Summary().GetProperty("counters").EnumerateArray().Select(one => Text(one, "name")));
        Assert.Empty(sample.Summary().GetProperty("warnings").EnumerateArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_summary_is_the_same_whether_rows_are_kept_or_not(bool chinese)
    {
        using StringWriter text = new(), errors = new();
        Assert.Equal(0, AnalyzeRun.Run(new AnalyzeOptions { Files = [Capture], Chinese = chinese }, text, errors));
        using Analysis kept = Analysis.Of(new AnalyzeOptions { Files = [Capture], Chinese = chinese });
        Assert.StartsWith(text.ToString(), kept.Text, StringComparison.Ordinal);
    }

    private static (TrueDevice True, JsonElement Row)[] Found()
    {
        using Analysis sample = Analysis.Of(Capture);
        IReadOnlyList<JsonElement> rows = sample.Rows("devices");
        return [.. Devices.SelectMany(device => rows.Where(device.Is).Select(row => (device, row)))];
    }

    private static string[] Sorted(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal)];
}
