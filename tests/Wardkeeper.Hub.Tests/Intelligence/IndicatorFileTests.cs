using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Intelligence;

/// <summary>Files of indicators as their sources write them, and what is said of those that are damaged.</summary>
public sealed class IndicatorFileTests : IDisposable
{
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-test-").FullName;

    [Fact]
    public void A_bundle_of_STIX_gives_its_patterns_with_source_age_and_expiry()
    {
        IReadOnlyList<Indicator> all = Sound("a.json", $$"""
            {"type":"bundle","id":"bundle--1","objects":[
             {"type":"identity","id":"identity--1","name":"Sector CERT"},
             {"type":"indicator","id":"indicator--1","created_by_ref":"identity--1","name":"C2 of X","pattern_type":"stix","confidence":85,
              "pattern":"[ipv4-addr:value = '203.0.113.9' OR domain-name:value = 'Evil.Example.']","valid_from":"2026-01-01T00:00:00Z","valid_until":"2026-07-01T00:00:00.000Z"},
             {"type":"indicator","id":"indicator--2","pattern_type":"stix","pattern":"[file:hashes.'SHA-256' = '{{Hash.ToUpperInvariant()}}'] OR [url:value IN ('http://evil.example/a?b=\\'c', 'https://Evil.example:443/d#e')]","valid_from":"2026-01-01T00:00:00Z"},
             {"type":"indicator","id":"indicator--3","revoked":true,"pattern_type":"stix","pattern":"[ipv4-addr:value = '203.0.113.10']"},
             {"type":"indicator","id":"indicator--4","pattern_type":"stix","pattern":"[ipv4-addr:value = '203.0.113.11' AND network-traffic:dst_port = 443]"},
             {"type":"indicator","id":"indicator--5","pattern_type":"stix","pattern":"[ipv4-addr:value ISSUBSET '198.51.100.0/24']"},
             {"type":"indicator","id":"indicator--6","pattern_type":"snort","pattern":"alert tcp any any"},
             {"type":"malware","id":"malware--1","name":"X"}]}
            """, out int passed);
        Assert.Equal(["203.0.113.9", "evil.example", Hash, "http://evil.example/a?b='c", "https://evil.example/d", "198.51.100.0/24"], all.Select(one => one.Value));
        Assert.Equal(("Sector CERT", "C2 of X", 85), (all[0].Source, all[0].Says, all[0].Confidence));
        Assert.Equal(CaptureTime.FromSeconds(1782864000), all[0].Until);
        Assert.Equal(3, passed);
    }

    [Fact]
    public void Events_of_MISP_give_what_is_meant_for_detection()
    {
        IReadOnlyList<Indicator> all = Sound("m.json", $$$$"""
            {"response":[{"Event":{"info":"Phishing wave","Orgc":{"name":"CIRCL"},"Attribute":[
              {"type":"ip-dst|port","value":"203.0.113.9|4444","to_ids":true,"timestamp":"1767225600"},
              {"type":"domain|ip","value":"evil.example|203.0.113.8","to_ids":true},
              {"type":"ip-src","value":"203.0.113.7","to_ids":false},
              {"type":"md5","value":"d41d8cd98f00b204e9800998ecf8427e","to_ids":true},
              {"type":"domain","value":"gone.example","to_ids":true,"deleted":true}],
             "Object":[{"name":"file","Attribute":[{"type":"sha256","value":"{{{{Hash}}}}","to_ids":"1"}]},{"name":"x509","Attribute":[{"type":"x509-fingerprint-sha256","value":"{{{{Hash}}}}","to_ids":1}]}]}}]}
            """, out int passed);
        Assert.Equal(["203.0.113.9", "evil.example", "203.0.113.8", "d41d8cd98f00b204e9800998ecf8427e", Hash, Hash], all.Select(one => one.Value));
        Assert.Equal([IndicatorKind.Address, IndicatorKind.Domain, IndicatorKind.Address, IndicatorKind.FileMd5, IndicatorKind.FileHash, IndicatorKind.Certificate], all.Select(one => one.Kind));
        Assert.Equal(("CIRCL", "Phishing wave", CaptureTime.FromSeconds(1767225600)), (all[0].Source, all[0].Says, all[0].From));
        Assert.Equal(2, passed);
    }

    [Fact]
    public void Lines_are_read_with_and_without_columns()
    {
        IReadOnlyList<Indicator> plain = Sound("list.txt", "# a list\n203.0.113.9\n10.0.0.0/8\nhxxps://evil[.]example/x\nevil.example\n" + Hash + "\n2001:db8::1\nda39a3ee5e6b4b0d3255bfef95601890afd80709\nt13d1516h2_8daaf6152771_b186095e22b6\n", out _);
        Assert.Equal([IndicatorKind.Address, IndicatorKind.Address, IndicatorKind.Url, IndicatorKind.Domain, IndicatorKind.FileHash, IndicatorKind.Address, IndicatorKind.FileSha1, IndicatorKind.Ja4], plain.Select(one => one.Kind));
        Assert.All(plain, one => Assert.Equal("list", one.Source));
        IReadOnlyList<Indicator> columns = Sound("c.csv", "type,value,confidence,description,valid_until\nip,203.0.113.9,90,\"bad, \"\"very\"\"\",2026-06-01\nmd5,d41d8cd98f00b204e9800998ecf8427e,,,\nja3,d41d8cd98f00b204e9800998ecf8427e,,,\n", out int passed);
        Assert.Equal(("bad, \"very\"", 90), (columns[0].Says, columns[0].Confidence));
        Assert.Equal((IndicatorKind.FileMd5, IndicatorKind.Ja3, 3, 0), (columns[1].Kind, columns[2].Kind, columns.Count, passed));
    }

    [Fact]
    public void A_dataset_of_Suricata_is_read_from_its_Base64()
    {
        IReadOnlyList<Indicator> all = Sound("ioc.lst", $"ZXZpbC5leGFtcGxl,127\n203.0.113.9\n{Hash}\nd41d8cd98f00b204e9800998ecf8427e\n", out int passed);
        Assert.Equal(["evil.example", "203.0.113.9", Hash, "d41d8cd98f00b204e9800998ecf8427e"], all.Select(one => one.Value));
        Assert.Equal((100, IndicatorKind.FileMd5, 0), (all[0].Confidence, all[3].Kind, passed));
    }

    [Theory]
    [InlineData("b.csv", "type,value\nip,203.0.113.999\n", "b.csv:2: \"203.0.113.999\" is no address or network")]
    [InlineData("b.csv", "type,value\nmutex,abc\n", "b.csv:2: \"mutex\" is no type")]
    [InlineData("b.csv", "value,confidence\nevil.example,high\n", "b.csv:2: confidence \"high\" is no number from 0 to 100")]
    [InlineData("b.csv", "value,valid_until\nevil.example,soon\n", "b.csv:2: \"soon\" is no time")]
    [InlineData("b.csv", "value,description\nevil.example,\"open\n", "b.csv:2: a quote is not closed")]
    [InlineData("b.txt", "203.0.113.9\nhello\n", "b.txt:2: \"hello\" is no address")]
    [InlineData("b.txt", "# nothing\n", "b.txt:1: the file holds no indicator")]
    [InlineData("b.lst", "203.0.113.9,200\n", "b.lst:1: reputation \"200\" is no number from 0 to 127")]
    [InlineData("b.lst", "***\n", "b.lst:1: \"***\" is no address, no hash of a file and no text in Base64")]
    [InlineData("b.json", "{\"type\":\"bundle\",\n\"objects\":[\n", "b.json:3: the JSON breaks off or is damaged here")]
    [InlineData("b.json", "{\"type\":\"report\"}", "b.json:1: this is JSON, but neither a STIX bundle")]
    [InlineData("b.json", "{\"type\":\"bundle\"}", "b.json:1: the bundle has no list \"objects\"")]
    [InlineData("b.json", "{\"type\":\"bundle\",\"objects\":[{\"type\":\"indicator\",\"id\":\"indicator--9\"}]}", "b.json:objects[0] indicator--9: has no \"pattern\"")]
    [InlineData("b.json", "{\"type\":\"bundle\",\"objects\":[{\"type\":\"indicator\",\"id\":\"indicator--9\",\"pattern\":\"[ipv4-addr:value = '1.2.3\"}]}", "b.json:objects[0] indicator--9: the pattern's quote at 20 is not closed")]
    [InlineData("b.json", "{\"type\":\"bundle\",\"objects\":[{\"type\":\"indicator\",\"id\":\"indicator--9\",\"pattern\":\"[ipv4-addr:value =\"}]}", "b.json:objects[0] indicator--9: the pattern breaks off behind")]
    [InlineData("b.json", "{\"Event\":{\"Attribute\":[{\"type\":\"url\",\"value\":\"not a url\",\"to_ids\":true}]}}", "b.json:Event.Attribute[0]: \"not a url\" is no URL")]
    [InlineData("b.json", "[1]", "b.json:[0]: is no event of MISP")]
    public void A_mistake_names_file_place_and_what(string name, string content, string said)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        Assert.Empty(IndicatorFile.Read(path, out IReadOnlyList<string> mistakes, out _));
        Assert.StartsWith(Path.Combine(folder, said), Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_indicators_fit_in_two_hundred_megabytes_and_each_is_found()
    {
        const int Count = 1_000_000;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        IndicatorSet set = IndicatorSet.Of(Many(Count));
        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(used, 16L * Count, 200L << 20);
        Assert.Equal(Count, set.Count);
        foreach (Indicator one in Many(Count).Where((_, i) => i % 997 == 0))
        {
            IndicatorHit? hit = one.Kind == IndicatorKind.Address ? set.Find(Address.TryParse(one.Value, out Address address) ? address : default, CaptureTime.FromSeconds(5)) : set.Find(one.Kind, one.Value, CaptureTime.FromSeconds(5));
            Assert.Equal(one.Source, Assert.IsType<IndicatorHit>(hit).Source);
        }
        Assert.Null(set.Find(IndicatorKind.Domain, "never.listed.example", CaptureTime.FromSeconds(5)));
        Assert.Null(set.Find(Address.FromV4(0x0808_0808), CaptureTime.FromSeconds(5)));
    }

    [Fact]
    public void Networks_parents_and_expiry_are_minded()
    {
        IndicatorSet set = IndicatorSet.Of(
        [
            new Indicator(IndicatorKind.Address, "198.51.100.0/24") { Source = "wide" },
            new Indicator(IndicatorKind.Address, "198.51.100.7") { Source = "narrow" },
            new Indicator(IndicatorKind.Address, "2001:db8::/32") { Source = "six" },
            new Indicator(IndicatorKind.Domain, "evil.example") { Source = "old", Until = CaptureTime.FromSeconds(100) },
            new Indicator(IndicatorKind.Domain, "evil.example") { Source = "second", Confidence = 30 },
            new Indicator(IndicatorKind.Url, "http://evil.example/a") { Source = "gone", Until = CaptureTime.FromSeconds(100) },
        ]);
        string? Said(string ip) => set.Find(Address.TryParse(ip, out Address address) ? address : default, CaptureTime.FromSeconds(50))?.Source;
        Assert.Equal(("narrow", "wide", "six", (string?)null), (Said("198.51.100.7"), Said("198.51.100.8"), Said("2001:db8:1::9"), Said("198.51.101.7")));
        Assert.Equal("old", set.Find(IndicatorKind.Domain, "evil.example", CaptureTime.FromSeconds(99))?.Source);
        IndicatorHit below = Assert.IsType<IndicatorHit>(set.Find(IndicatorKind.Domain, "a.b.evil.example", CaptureTime.FromSeconds(100)));
        Assert.Equal(("second", "evil.example", 30), (below.Source, below.Matched, below.Confidence));
        Assert.Null(set.Find(IndicatorKind.Domain, "notevil.example", CaptureTime.FromSeconds(1)));
        Assert.NotNull(set.Find(IndicatorKind.Url, "http://evil.example/a", CaptureTime.FromSeconds(99)));
        Assert.Null(set.Find(IndicatorKind.Url, "http://evil.example/a", CaptureTime.FromSeconds(100)));
    }

    [Fact]
    public void What_another_set_holds_as_long_is_taken_out()
    {
        Indicator Listed(string value, long? until) => new(IndicatorKind.Domain, value) { Until = until is { } end ? CaptureTime.FromSeconds(end) : null };
        IndicatorSet before = IndicatorSet.Of([Listed("a.example", 100), Listed("b.example", null), Listed("c.example", 300)]);
        IndicatorSet fresh = IndicatorSet.Of([Listed("a.example", 200), Listed("b.example", 50), Listed("c.example", 300), Listed("d.example", null)]).Except(before);
        Assert.Equal(2, fresh.Count);
        Assert.NotNull(fresh.Find(IndicatorKind.Domain, "a.example", CaptureTime.FromSeconds(150)));
        Assert.NotNull(fresh.Find(IndicatorKind.Domain, "d.example", CaptureTime.FromSeconds(150)));
        Assert.Null(fresh.Find(IndicatorKind.Domain, "b.example", CaptureTime.FromSeconds(10)));
    }

    [Fact]
    public void The_sound_entries_of_a_file_with_mistakes_are_told_apart()
    {
        string path = Path.Combine(folder, "received");
        File.WriteAllText(path, "type,value,source\nip,203.0.113.9,CERT\u202e\u0007 A\nip,203.0.113.999,\nmd5,d41d8cd98f00b204e9800998ecf8427e,\nsha1,da39a3ee5e6b4b0d3255bfef95601890afd80709,\ndomain,evil.example,\ndomain,\u001b[31m" + new string('x', 100_000) + ",\n");
        IndicatorContent content = IndicatorFile.Read(path, "feed.csv");
        Assert.Equal(["203.0.113.9", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "evil.example"], content.Indicators.Select(one => one.Value));
        Assert.Equal(FileSums.Md5 | FileSums.Sha1, IndicatorSet.Of(content.Indicators).Sums);
        Assert.Equal(("CERT A", "feed"), (content.Indicators[0].Source, content.Indicators[1].Source));
        Assert.Equal((0, 2, false), (content.Passed.Count, content.MistakeCount, content.IsUseless));
        Assert.StartsWith("feed.csv:3: \"203.0.113.999\" is no address", content.Mistakes[0], StringComparison.Ordinal);
        Assert.All(content.Mistakes, mistake => Assert.True(mistake.Length < 700 && !mistake.Any(char.IsControl)));
        // A file of another kind is not read to its end.
        File.WriteAllLines(path, Enumerable.Range(0, 5000).Select(i => $"word {i}"));
        IndicatorContent prose = IndicatorFile.Read(path, "prose.txt");
        Assert.Equal((true, 1000, 50), (prose.IsUseless, prose.MistakeCount, prose.Mistakes.Count));
    }

    [Fact]
    public void Sets_are_joined_in_their_order()
    {
        IndicatorSet one = IndicatorSet.Of([new Indicator(IndicatorKind.Domain, "evil.example") { Source = "first", Until = CaptureTime.FromSeconds(100) }, new Indicator(IndicatorKind.Address, "198.51.100.0/24") { Source = "wide" }]);
        IndicatorSet two = IndicatorSet.Of([new Indicator(IndicatorKind.Domain, "evil.example") { Source = "second", Says = "C2" }, new Indicator(IndicatorKind.Address, "198.51.100.7") { Source = "narrow" }]);
        IndicatorSet all = IndicatorSet.Union([one, IndicatorSet.None, two]);
        Assert.Equal((4, 0, 1), (all.Count, all.ExpiredAt(CaptureTime.FromSeconds(99)), all.ExpiredAt(CaptureTime.FromSeconds(100))));
        Assert.Equal("first", all.Find(IndicatorKind.Domain, "evil.example", CaptureTime.FromSeconds(99))?.Source);
        Assert.Equal(new IndicatorHit("second", "C2"), all.Find(IndicatorKind.Domain, "evil.example", CaptureTime.FromSeconds(100)));
        string? Said(string ip) => all.Find(Address.TryParse(ip, out Address address) ? address : default, CaptureTime.FromSeconds(50))?.Source;
        Assert.Equal(("narrow", "wide"), (Said("198.51.100.7"), Said("198.51.100.8")));
        Assert.Equal(0, IndicatorSet.Union([]).Count);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private IReadOnlyList<Indicator> Sound(string name, string content, out int passed)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        IReadOnlyList<Indicator> all = IndicatorFile.Read(path, out IReadOnlyList<string> mistakes, out passed);
        Assert.Empty(mistakes);
        return all;
    }

    private static IEnumerable<Indicator> Many(int count)
    {
        for (int i = 0; i < count; i++)
        {
            string source = "source " + (i % 50), says = "campaign " + (i % 1000);
            yield return (i % 4) switch
            {
                0 => new Indicator(IndicatorKind.Address, Address.FromV4(0x0900_0000 + (uint)i).ToString()) { Source = source, Says = says },
                1 => new Indicator(IndicatorKind.Domain, $"host{i}.example") { Source = source, Says = says, Confidence = i % 100 },
                2 => new Indicator(IndicatorKind.Url, $"http://host{i}.example/path/{i}") { Source = source, Says = says },
                _ => new Indicator(IndicatorKind.FileHash, i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture)) { Source = source, Says = says },
            };
        }
    }
}
