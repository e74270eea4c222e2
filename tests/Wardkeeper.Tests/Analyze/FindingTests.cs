using System.Text.Json;
using Wardkeeper.Analyze;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>What is found in recorded traffic: in labelled scenes what is there, on an ordinary day nothing but what is really open.</summary>
public class FindingTests
{
    private static readonly Lazy<Analysis> Day = new(() => Analysis.Of(Path.Combine(SharedFiles.Project, "samples/hospital-day/hospital.pcap")));
    private static readonly Lazy<Analysis> Attacks = new(() => Analysis.Of(Path.Combine(SharedFiles.Project, "samples/attacks/hospital.pcap")));

    [Fact]
    public void A_poisoned_address_is_found_and_its_benign_twin_is_not()
    {
        JsonElement[] scenes = [.. File.ReadLines(Path.Combine(SharedFiles.Project, "samples/attacks/truth/scenes.ndjson")).Select(line => JsonElement.Parse(line))];
        JsonElement spoof = scenes.Single(scene => Text(scene, "name") == "arp-spoof");
        string attacker = Text(spoof.GetProperty("facts"), "attacker-mac")!;
        JsonElement[] shared = [.. Of(Attacks.Value, "address-shared")];
        Assert.Equal(2, shared.Length);
        Assert.All(shared, finding =>
        {
            Assert.Equal(attacker, Text(finding, "dst"));
            Assert.InRange(finding.GetProperty("ts").GetDouble(), spoof.GetProperty("begin").GetDouble(), spoof.GetProperty("end").GetDouble());
            Assert.Equal("T1557.002", Text(finding, "technique"));
        });
    }

    [Fact]
    public void An_ordinary_day_shows_what_is_open_and_nothing_else()
    {
        Assert.Equal(["cleartext-administration", "cleartext-medical-traffic", "file-share-offered", "management-page-offered", "outdated-system", "remote-desktop-offered", "weak-password"], Day.Value.Rows("findings").Select(row => Text(row, "type")).Distinct().Order(StringComparer.Ordinal));
        // Every pair that the day's plan lets speak a medical protocol, and no other.
        HashSet<(string, string)> pairs = [.. ((string[])["dicom", "hl7", "astm", "poct1a"]).SelectMany(log => Day.Value.Rows(log)).Select(row => (Text(row, "id.orig_h")!, Text(row, "id.resp_h")!))];
        JsonElement[] cleartext = [.. Of(Day.Value, "cleartext-medical-traffic")];
        Assert.Equal(pairs.Count, cleartext.Length);
        Assert.All(cleartext, finding => Assert.Contains((Text(finding, "src")!, Text(finding, "dst")!), pairs));
    }

    [Fact]
    public void What_is_open_beyond_its_zone_on_an_ordinary_day_is_what_the_plan_offers()
    {
        JsonElement[] devices = [.. File.ReadLines(Path.Combine(SharedFiles.Project, "samples/hospital-day/truth/devices.ndjson")).Select(line => JsonElement.Parse(line))];
        foreach (string type in (string[])["file-share-offered", "remote-desktop-offered"])
        {
            Assert.All(Of(Day.Value, type), finding =>
            {
                Assert.NotEqual(0, finding.GetProperty("reached_from").GetArrayLength());
                Assert.Single(devices, device => device.GetRawText().Contains($"\"{Text(finding, "src")}\"", StringComparison.Ordinal));
            });
        }
        Assert.Equal(["10.77.56.62"], Of(Day.Value, "remote-desktop-offered").Select(finding => Text(finding, "src")));
        Assert.Equal(["10.77.10.193", "10.77.40.167"], Of(Day.Value, "file-share-offered").Select(finding => Text(finding, "src")).Order(StringComparer.Ordinal));
        // A user's own name as his password; and the password itself is in no row.
        Assert.Contains(Of(Day.Value, "weak-password"), finding => Text(finding, "title") == "Password of service over telnet: easily guessed");
    }

    [Fact]
    public void A_server_that_hands_out_addresses_in_a_scene_is_found_and_the_hospitals_own_is_not()
    {
        JsonElement rogue = File.ReadLines(Path.Combine(SharedFiles.Project, "samples/attacks/truth/scenes.ndjson")).Select(line => JsonElement.Parse(line)).Single(scene => Text(scene, "name") == "rogue-dhcp");
        JsonElement finding = Assert.Single(Of(Attacks.Value, "foreign-dhcp-server"));
        Assert.Contains(Text(finding, "src")!, rogue.GetRawText(), StringComparison.Ordinal);
        Assert.InRange(finding.GetProperty("ts").GetDouble(), rogue.GetProperty("begin").GetDouble(), rogue.GetProperty("end").GetDouble());
    }

    [Fact]
    public void Every_row_says_what_who_how_sure_and_why()
    {
        Assert.All(Attacks.Value.Rows("findings"), row =>
        {
            Assert.Contains(Text(row, "severity"), (string[])["info", "low", "medium", "high", "critical"]);
            Assert.InRange(row.GetProperty("confidence").GetDouble(), 0.5, 1);
            Assert.StartsWith("D-", Text(row, "device"), StringComparison.Ordinal);
            Assert.NotEqual(Text(row, "title"), Text(row, "title_zh"));
            Assert.All(row.GetProperty("facts").EnumerateArray(), fact => Assert.False(string.IsNullOrEmpty(Text(fact, "name")) || string.IsNullOrEmpty(Text(fact, "observed"))));
            Assert.NotEqual(0, row.GetProperty("evidence").GetArrayLength());
        });
        Assert.Equal(Enumerable.Range(1, Attacks.Value.Rows("findings").Count).Select(number => "F-" + number), Attacks.Value.Rows("findings").Select(row => Text(row, "id")));
        Assert.Equal(Attacks.Value.Rows("findings").Count, Attacks.Value.Summary().GetProperty("findings").GetInt32());
    }

    [Theory]
    [InlineData("captures/lab/databases.pcap", "database-offered", 3)]
    [InlineData("captures/lab/it-services.pcap", "cleartext-administration", 2)]
    [InlineData("captures/lab/arpspoof.pcap", "address-shared", 1)]
    [InlineData("captures/lab/hl7-day.pcap", "cleartext-medical-traffic", 5)]
    [InlineData("captures/lab/astm.pcap", "cleartext-medical-traffic", 1)]
    [InlineData("captures/lab/poct1a.pcap", "cleartext-medical-traffic", 1)]
    [InlineData("captures/lab/bruteforce.pcap", "management-page-offered", 1)]
    [InlineData("captures/lab/it-services.pcap", "weak-password", 1)]
    [InlineData("captures/joy/tls10.pcap", "outdated-tls", 1)]
    [InlineData("captures/joy/tls11.pcap", "outdated-tls", 1)]
    public void Recorded_programs_are_found(string capture, string type, int count)
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path(capture));
        Assert.Equal(count, Of(analysis, type).Count());
    }

    [Theory]
    [InlineData("captures/lab/dhcp.pcap")]
    [InlineData("captures/lab/mqtt.pcap")]
    [InlineData("captures/lab/fhir.pcap")]
    [InlineData("captures/arkime/curl-enabled-tls13.pcap")]
    public void Recorded_programs_without_a_flaw_are_silent(string capture)
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path(capture));
        Assert.Empty(analysis.Rows("findings"));
        Assert.True(File.Exists(Path.Combine(analysis.Folder, "findings.ndjson")));
    }

    [Fact]
    public void What_the_site_says_is_followed()
    {
        using SiteText site = new("declaredScanners: [10.77.28.209]\nservers: [{address: 10.77.104.85, roles: [file-transfer]}]\nnetworks: [{network: 10.77.37.0/24, name: Radiology}]");
        using Analysis told = Analysis.Of(new AnalyzeOptions { Files = [Path.Combine(SharedFiles.Project, "samples/attacks/hospital.pcap")], SiteFile = site.Path });
        Assert.Equal(3, Of(Attacks.Value, "cleartext-administration").Count());
        JsonElement left = Assert.Single(Of(told, "cleartext-administration"));
        Assert.Equal("Radiology", left.GetProperty("reached_from")[0].GetString());
    }

    [Fact]
    public void Networks_of_the_site_file_are_the_site_unless_the_command_line_names_others()
    {
        string capture = Path.Combine(SharedFiles.Project, "samples/attacks/hospital.pcap");
        using SiteText elsewhere = new("localNetworks: [192.0.2.0/24]");
        using Analysis site = Analysis.Of(new AnalyzeOptions { Files = [capture], SiteFile = elsewhere.Path });
        Assert.DoesNotContain(site.Rows("findings"), row => Text(row, "type") == "cleartext-medical-traffic");
        using Analysis line = Analysis.Of(new AnalyzeOptions { Files = [capture], SiteFile = elsewhere.Path, Local = Sensor.Observations.LocalNetworks.Default });
        Assert.Equal(Attacks.Value.Rows("findings").Count, line.Rows("findings").Count);
    }

    [Fact]
    public void A_wrong_site_file_is_refused_with_all_its_mistakes()
    {
        using SiteText site = new("servers: [{address: ten}]\nscanners: []\nlocalNetworks: [10.0.0.0/99]");
        UserError error = Assert.Throws<UserError>(() => Analysis.Of(new AnalyzeOptions { Files = ["x.pcap"], SiteFile = site.Path }));
        Assert.Equal(3, error.Lines.Count);
        Assert.Throws<UserError>(() => Analysis.Of(new AnalyzeOptions { Files = ["x.pcap"], SiteFile = "/nowhere/site.yaml" }));
    }

    [Fact]
    public void The_summary_tells_findings_in_both_languages()
    {
        string capture = SharedFiles.Path("captures/lab/databases.pcap");
        using Analysis english = Analysis.Of(capture), chinese = Analysis.Of(new AnalyzeOptions { Files = [capture], Chinese = true });
        Assert.Contains("takes connections on tcp/5432", english.Text, StringComparison.Ordinal);
        Assert.Contains("Findings (4)", english.Text, StringComparison.Ordinal);
        Assert.Contains("在 tcp/5432 接受连接", chinese.Text, StringComparison.Ordinal);
        Assert.Contains("中危", chinese.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_went_to_another_device_is_told_as_the_running_platform_tells_it()
    {
        // Who had it is not heard of for two hours, and another answers for the same address.
        byte[] mover = ArpCapture([(1, 50, 0), (1, 50, 60), (3, 3, 70), (2, 50, 7_260), (2, 50, 7_300), (3, 3, 7_900)]);
        using Analysis moved = OfBytes(mover), hasty = OfBytes(ArpCapture([(1, 50, 0), (1, 50, 60), (3, 3, 70), (2, 50, 7_260), (3, 3, 7_300)]));
        JsonElement finding = Assert.Single(moved.Rows("findings"), row => Text(row, "type") == "address-reused");
        JsonElement[] devices = [.. moved.Rows("devices")];
        string IdOf(int mac) => Text(devices.Single(device => device.GetProperty("macs")[0].GetString() == $"00:12:21:00:00:{mac:x2}"), "id")!;
        Assert.Equal(("10.0.0.50", IdOf(2), IdOf(1)), (Text(finding, "src"), Text(finding, "device"), Text(finding, "dst_device")));
        Assert.Equal(["10.0.0.50", "2023-11-14 22:13:20 UTC", "2023-11-15 00:14:20 UTC", "2 h", "none seen"], finding.GetProperty("facts").EnumerateArray().Where(fact => Text(fact, "name") is not ("old-device" or "new-device")).Select(fact => Text(fact, "observed")));
        // A capture that ends a moment after says nothing yet.
        Assert.DoesNotContain(hasty.Rows("findings"), row => Text(row, "type") == "address-reused");
    }

    /// <summary>ARP replies: which card, which address of 10.0.0.0/24, at which second.</summary>
    private static byte[] ArpCapture(IEnumerable<(byte Card, byte Host, int Second)> said)
    {
        using MemoryStream into = new();
        using BinaryWriter writer = new(into);
        writer.Write([0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 1, 0, 0, 0]);
        foreach ((byte card, byte host, int second) in said)
        {
            byte[] mac = [0x00, 0x12, 0x21, 0x00, 0x00, card], ip = [10, 0, 0, host];
            byte[] frame = [0x00, 0x12, 0x21, 0x00, 0x00, 0xFE, .. mac, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 2, .. mac, .. ip, 0x00, 0x12, 0x21, 0x00, 0x00, 0xFE, 10, 0, 0, 254, .. new byte[18]];
            foreach (int number in (int[])[1_700_000_000 + second, 0, frame.Length, frame.Length]) writer.Write(number);
            writer.Write(frame);
        }
        return into.ToArray();
    }

    private static Analysis OfBytes(byte[] capture)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("wardkeeper-arp-").FullName, "arp.pcap");
        File.WriteAllBytes(path, capture);
        try
        {
            return Analysis.Of(path);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, true);
        }
    }

    private static IEnumerable<JsonElement> Of(Analysis analysis, string type) => analysis.Rows("findings").Where(row => Text(row, "type") == type);

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private sealed class SiteText : IDisposable
    {
        public SiteText(string content) => File.WriteAllText(Path, content);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
