using System.Text;
using System.Text.Json;
using Wardkeeper.Analyze;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>The sample that the README's first command reads, against the table of what was there when it was recorded.</summary>
public sealed class SampleTests
{
    private static readonly string Capture = Sample("first.pcap");

    [Fact]
    public void Every_device_of_the_truth_table_is_found_with_its_address_card_and_type_and_no_other()
    {
        using Analysis sample = Analysis.Of(Capture);
        string[][] truth = Table("first.truth.tsv");
        IReadOnlyList<JsonElement> devices = sample.Rows("devices");
        Assert.Equal(truth.Length, devices.Count);
        Assert.All(truth, cells =>
        {
            JsonElement device = Assert.Single(devices, device => Texts(device, "macs").Contains(cells[1]));
            Assert.Contains(cells[0], Texts(device, "ips"));
            Assert.Equal(cells[2], Text(device, "type") ?? "unknown");
        });
    }

    [Fact]
    public void Every_protocol_that_was_spoken_is_there_and_nothing_was_odd()
    {
        using Analysis sample = Analysis.Of(Capture);
        Assert.Equal(0, sample.ExitCode);
        JsonElement summary = sample.Summary();
        Assert.Equal(
            ["dhcp", "dicom", "dns", "hl7", "http", "icmp", "ntp", "snmp", "ssh", "ssl"],
            summary.GetProperty("protocols").EnumerateArray().Select(one => Text(one, "service")!).Order(StringComparer.Ordinal));
        Assert.Superset(
            new HashSet<string>(["arp", "dhcp", "dicom", "dns", "hl7", "http", "lldp", "nd", "ntp", "snmp", "ssh", "ssl"]),
            summary.GetProperty("transactions").EnumerateArray().Select(one => Text(one, "log")!).ToHashSet());
        Assert.Empty(summary.GetProperty("counters").EnumerateArray());
        Assert.Empty(summary.GetProperty("warnings").EnumerateArray());
    }

    [Theory]
    [InlineData("10.20.10.21", "CT01", "SOMATOM-CT01")]
    [InlineData("10.20.10.22", "US01", "LOGIQ-E10")]
    [InlineData("10.20.20.10", "PACS01", "PACS01")]
    [InlineData("10.20.20.11", "RIS01", "RIS01")]
    [InlineData("10.20.50.5", "WS01", "RAD-VIEWER-2")]
    public void Imaging_devices_have_their_application_entity_titles(string ip, string title, string name)
    {
        using Analysis sample = Analysis.Of(Capture);
        JsonElement device = Assert.Single(sample.Rows("devices"), device => Texts(device, "ips").Contains(ip));
        Assert.Equal([title], Texts(device, "ae_titles"));
        Assert.Equal(name, Text(device, "name"));
    }

    [Fact]
    public void The_rejected_association_names_the_wrong_title_and_the_reason()
    {
        using Analysis sample = Analysis.Of(Capture);
        JsonElement rejected = Assert.Single(sample.Rows("dicom"), row => Text(row, "result") == "rejected");
        Assert.Equal("WS01 PACS99 called-ae-title-not-recognized", $"{Text(rejected, "calling_ae")} {Text(rejected, "called_ae")} {Text(rejected, "reject_reason")}");
    }

    [Fact]
    public void Every_message_was_acknowledged_and_six_patients_have_one()
    {
        using Analysis sample = Analysis.Of(Capture);
        IReadOnlyList<JsonElement> messages = sample.Rows("hl7");
        Assert.Equal(28, messages.Count);
        Assert.All(messages, row => Assert.Equal("AA", Text(row, "ack")));
        Assert.Equal(6, messages.Select(row => Text(row, "patient")).Distinct().Count());
    }

    [Fact]
    public void Images_of_the_scanners_and_the_moved_study_are_all_stored()
    {
        using Analysis sample = Analysis.Of(Capture);
        Assert.Equal(
            [("CT01", 3), ("PACS01", 2), ("US01", 2)],
            sample.Rows("dicom").Where(row => Text(row, "command") == "C-STORE").GroupBy(row => Text(row, "calling_ae")!).Select(group => (group.Key, group.Count())).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_patient_is_named_in_any_output_in_any_form(bool json)
    {
        using Analysis sample = Analysis.Of(new AnalyzeOptions { Files = [Capture], Json = json });
        byte[] capture = File.ReadAllBytes(Capture);
        byte[][] outputs = [.. sample.Files().Values, Encoding.UTF8.GetBytes(sample.Text), Encoding.UTF8.GetBytes(sample.Errors)];
        foreach (string secret in Secrets())
        {
            (string Form, byte[] Bytes)[] forms = [.. Forms(secret)];
            Assert.True(Array.Exists(forms, form => capture.AsSpan().IndexOf(form.Bytes) >= 0), $"{secret} is not in the capture, so this test would prove nothing");
            foreach ((string form, byte[] bytes) in forms)
                Assert.All(outputs, output => Assert.True(output.AsSpan().IndexOf(bytes) < 0, $"{secret} as {form}"));
        }
    }

    [Theory]
    [InlineData(false, "7 patients seen")]
    [InlineData(true, "见到 7 名患者")]
    public void The_summary_counts_the_same_patients_whether_rows_are_kept_or_not(bool chinese, string line)
    {
        using StringWriter text = new(), errors = new();
        Assert.Equal(0, AnalyzeRun.Run(new AnalyzeOptions { Files = [Capture], Chinese = chinese }, text, errors));
        using Analysis kept = Analysis.Of(new AnalyzeOptions { Files = [Capture], Chinese = chinese });
        Assert.Contains(line, text.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(text.ToString(), kept.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("README.md", false)]
    [InlineData("README.zh-CN.md", true)]
    public void The_readme_shows_what_the_program_prints(string readme, bool chinese)
    {
        using StringWriter text = new(), errors = new();
        AnalyzeRun.Run(new AnalyzeOptions { Files = [Capture], Chinese = chinese }, text, errors);
        string shown = File.ReadAllText(Path.Combine(SharedFiles.Project, readme));
        Assert.Contains("```\n" + text.ToString().Trim() + "\n```", shown, StringComparison.Ordinal);
    }

    /// <summary>Identifiers, names and parts of names, birth dates; parts so short that they occur by chance are left out.</summary>
    private static IEnumerable<string> Secrets() => Table("patients.tsv")
        .SelectMany(cells => (string[])[cells[0], .. cells[1].Split('^'), cells[2], .. cells[2].Split('^'), cells[4]])
        .Where(secret => secret.Length >= (secret[0] > 0x2E80 ? 2 : 4))
        .Distinct(StringComparer.Ordinal);

    private static IEnumerable<(string Form, byte[] Bytes)> Forms(string secret)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        foreach (string charset in (string[])["utf-8", "GB18030", "iso-8859-1", "utf-16le"])
        {
            byte[] raw = Encoding.GetEncoding(charset).GetBytes(secret);
            if (charset == "iso-8859-1" && raw.Contains((byte)'?')) continue;
            yield return (charset, raw);
            yield return ($"{charset} in hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(raw)));
            yield return ($"{charset} in capital hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexString(raw)));
            yield return ($"{charset} in percent form", Encoding.ASCII.GetBytes(string.Concat(raw.Select(one => $"%{one:X2}"))));
            yield return ($"{charset} in small percent form", Encoding.ASCII.GetBytes(string.Concat(raw.Select(one => $"%{one:x2}"))));
            foreach (string base64 in Base64(raw)) yield return ($"{charset} in Base64", Encoding.ASCII.GetBytes(base64));
        }
        yield return ("JSON escapes", Encoding.ASCII.GetBytes(JsonEncodedText.Encode(secret).ToString()));
    }

    /// <summary>The middle of the text in Base64, for each of the three places at which it can begin in a group of bytes.</summary>
    private static IEnumerable<string> Base64(byte[] raw)
    {
        for (int shift = 0; shift < 3; shift++)
        {
            string text = Convert.ToBase64String([.. new byte[shift], .. raw]).TrimEnd('=');
            int from = shift == 0 ? 0 : shift + 1;
            int whole = (shift + raw.Length) * 8 / 6;
            if (whole - from >= 5) yield return text[from..whole];
        }
    }

    private static string[][] Table(string name) => [.. File.ReadLines(Sample(name)).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'))];

    private static string Sample(string name) => Path.Combine(SharedFiles.Project, "samples", name);

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static string[] Texts(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? [.. value.EnumerateArray().Select(one => one.GetString()!)] : [];
}
