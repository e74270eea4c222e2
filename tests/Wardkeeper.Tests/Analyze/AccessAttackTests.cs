using System.Buffers.Binary;
using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>
/// Attacks on the network that the laboratory and others recorded: each is found in its time and by whom, and nothing else is, on an ordinary day and in what only looks so.
/// </summary>
public sealed class AccessAttackTests
{
    private static readonly string[] Types =
    [
        "address-shared", "gateway-spoofed", "device-impersonated", "port-scan", "address-sweep", "medical-service-sweep", "brute-force", "password-spraying", "default-passwords-tried", "foreign-router",
        "router-announcement-flood", "foreign-name-server", "name-answers-forged", "evil-twin", "deauthentication-flood", "foreign-dhcp-server",
    ];

    private static readonly Lazy<Analysis> Attacks = new(() => Analysis.Of(Sample("attacks")));
    private static readonly Lazy<JsonElement[]> Scenes = new(() => [.. File.ReadLines(Path.Combine(SharedFiles.Project, "samples/attacks/truth/scenes.ndjson")).Select(line => JsonElement.Parse(line))]);

    [Theory]
    [InlineData("arp-spoof", "address-shared", "dst", "attacker-mac")]
    [InlineData("rogue-dhcp", "foreign-dhcp-server", "src", "attacker")]
    [InlineData("scan", "port-scan", "src", "attacker")]
    [InlineData("brute-force", "brute-force", "src", "attacker")]
    public void A_scene_is_found_in_its_time_and_by_whom(string scene, string type, string column, string fact)
    {
        JsonElement truth = Scene(scene);
        string attacker = Text(truth.GetProperty("facts"), fact)!;
        JsonElement[] found = [.. Of(Attacks.Value, type).Where(finding => Text(finding, column) == attacker)];
        Assert.NotEmpty(found);
        Assert.All(found, finding => Assert.InRange(finding.GetProperty("ts").GetDouble(), truth.GetProperty("begin").GetDouble(), truth.GetProperty("end").GetDouble()));
    }

    [Fact]
    public void Nothing_else_of_the_network_is_found_in_the_attacks()
    {
        // What the impostor does is a scan, but nothing in this capture shows that the card was a kiosk's before.
        HashSet<(string, string)> attackers = [("address-shared", Fact("arp-spoof", "attacker-mac")), ("foreign-dhcp-server", Fact("rogue-dhcp", "attacker")), ("port-scan", Fact("scan", "attacker")), ("port-scan", Machine("impostor")), ("brute-force", Fact("brute-force", "attacker"))];
        Assert.All(OfNetwork(Attacks.Value), finding => Assert.Contains((Text(finding, "type")!, Text(finding, Text(finding, "type") == "address-shared" ? "dst" : "src")!), attackers));
    }

    [Theory]
    [InlineData("hospital-day")]
    [InlineData("demo")]
    public void An_ordinary_day_is_silent(string sample)
    {
        using Analysis day = Analysis.Of(Sample(sample));
        Assert.Empty(OfNetwork(day));
    }

    [Fact]
    public void A_replaced_card_is_silent_after_a_day_in_which_the_device_was_known()
    {
        using Analysis both = Analysis.Of(Sample("hospital-day"), Sample("attacks"));
        Assert.DoesNotContain(both.Rows("findings"), finding => Text(finding, "type") == "device-impersonated");
    }

    [Fact]
    public void A_laptop_in_a_kiosks_place_is_found_within_a_minute_when_the_kiosk_was_known()
    {
        JsonElement scene = Scene("impostor");
        JsonElement machine = scene.GetProperty("machines")[0];
        // The past of a device that behaved as it does all day stands for the kiosk's: the same frames with the kiosk's addresses, a day earlier.
        using PastOf past = new("10.77.63.114", Text(machine, "ip")!, Text(machine, "mac")!);
        using Analysis known = Analysis.Of(past.Path, Sample("attacks"));
        JsonElement finding = Assert.Single(Of(known, "device-impersonated"));
        Assert.Equal(Text(machine, "mac"), Text(finding, "src"));
        double began = scene.GetProperty("begin").GetDouble();
        Assert.InRange(finding.GetProperty("ts").GetDouble(), began, began + 60);
        string[] different = [.. finding.GetProperty("facts").EnumerateArray().Where(fact => fact.TryGetProperty("expected", out JsonElement expected) && expected.GetString() != Text(fact, "observed")).Select(fact => Text(fact, "name")!)];
        Assert.Superset(new HashSet<string> { "dhcp-order", "host-name" }, different.ToHashSet());
        // The past alone shows nothing.
        using Analysis before = Analysis.Of(past.Path);
        Assert.DoesNotContain(before.Rows("findings"), one => Text(one, "type") == "device-impersonated");
    }

    [Theory]
    [InlineData("lab/arpspoof.pcap", "address-shared", "10.77.20.10")]
    [InlineData("lab/rogue-dhcp.pcap", "foreign-dhcp-server", "10.77.66.66")]
    [InlineData("lab/nmap-scan.pcap", "port-scan", "10.77.66.66")]
    [InlineData("lab/bruteforce.pcap", "brute-force", "10.77.66.66")]
    [InlineData("lab/databases.pcap", "brute-force", "10.77.66.66")]
    [InlineData("joy/kali-password-attack_hydra.pcap", "brute-force", "192.168.1.2")]
    [InlineData("zeek/ftp/bruteforce.pcap", "brute-force", "192.168.56.1")]
    [InlineData("ndpi/synscan.pcap", "port-scan", "172.16.0.8")]
    [InlineData("slips/test12-icmp-portscan.pcap", "address-sweep", "192.168.1.109")]
    [InlineData("slips/test8-malicious.pcap", "address-sweep", "192.168.1.247")]
    public void A_recorded_attack_is_found_and_nobody_else_is_blamed(string capture, string type, string who)
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path("captures/" + capture));
        Assert.Contains(Of(analysis, type), finding => Text(finding, "src") == who);
        Assert.All(OfNetwork(analysis), finding => Assert.Equal(who, Text(finding, "src")));
    }

    [Theory]
    [InlineData("lab/it-services.pcap")]
    [InlineData("lab/it-services2.pcap")]
    [InlineData("lab/smb.pcap")]
    [InlineData("lab/hl7-day.pcap")]
    [InlineData("lab/dhcp.pcap")]
    [InlineData("lab/mqtt.pcap")]
    public void Recorded_programs_at_work_are_silent(string capture)
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path("captures/" + capture));
        Assert.Empty(OfNetwork(analysis));
    }

    [Fact]
    public void Devices_that_were_set_up_again_and_again_over_months_are_themselves()
    {
        string folder = SharedFiles.Path("captures/iot-sentinel");
        string[] captures = [.. Directory.EnumerateFiles(folder, "*.pcap", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.True(captures.Length > 50, "the set-ups are missing");
        using Analysis analysis = Analysis.Of(captures);
        Assert.Empty(OfNetwork(analysis));
    }

    private static string Sample(string name) => Path.Combine(SharedFiles.Project, "samples", name, "hospital.pcap");

    private static JsonElement Scene(string name) => Scenes.Value.Single(scene => Text(scene, "name") == name);

    private static string Fact(string scene, string name) => Text(Scene(scene).GetProperty("facts"), name)!;

    private static string Machine(string scene) => Text(Scene(scene).GetProperty("machines")[0], "ip")!;

    private static IEnumerable<JsonElement> OfNetwork(Analysis analysis) => analysis.Rows("findings").Where(finding => Types.Contains(Text(finding, "type")));

    private static IEnumerable<JsonElement> Of(Analysis analysis, string type) => analysis.Rows("findings").Where(finding => Text(finding, "type") == type);

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    /// <summary>A capture of what one device of the recorded day said and heard, under other addresses and a day earlier.</summary>
    private sealed class PastOf : IDisposable
    {
        private const int FileHeader = 24, RecordHeader = 16;

        public PastOf(string ip, string asIp, string asMac)
        {
            byte[] mac = Mac(HospitalSample.Devices.Single(device => device.Ips.Contains(ip)).Macs.Single()), other = Mac(asMac);
            byte[] from = System.Net.IPAddress.Parse(ip).GetAddressBytes(), to = System.Net.IPAddress.Parse(asIp).GetAddressBytes();
            byte[] day = File.ReadAllBytes(HospitalSample.Capture);
            using FileStream into = File.Create(Path);
            into.Write(day, 0, FileHeader);
            for (int at = FileHeader; at + RecordHeader <= day.Length;)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(day.AsSpan(at + 8));
                Span<byte> record = day.AsSpan(at, RecordHeader + length);
                at += record.Length;
                if (record[RecordHeader..].IndexOf(mac) < 0) continue;
                BinaryPrimitives.WriteUInt32LittleEndian(record, BinaryPrimitives.ReadUInt32LittleEndian(record) - 86_400);
                Replace(record[RecordHeader..], mac, other);
                Replace(record[RecordHeader..], from, to);
                into.Write(record);
            }
        }

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);

        private static byte[] Mac(string text) => Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));

        private static void Replace(Span<byte> within, ReadOnlySpan<byte> old, ReadOnlySpan<byte> with)
        {
            for (int at = within.IndexOf(old); at >= 0; at = within.IndexOf(old)) with.CopyTo(within[at..]);
        }
    }
}
