using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>Attacks on DICOM in recorded traffic: each scene of the samples is found where and when it was, its benign twin is not, and ordinary days are silent.</summary>
public sealed class DicomAttackTests
{
    private static readonly Lazy<Analysis> Attacks = new(() => Analysis.Of(Path.Combine(SharedFiles.Project, "samples/attacks/hospital.pcap")));
    private static readonly JsonElement[] Scenes = [.. Lines("scenes.ndjson")];

    public static TheoryData<string, string> Expected => new()
    {
        { "dicom-ae-guess", "dicom-title-guessing" },
        { "dicom-harvest", "dicom-harvest" },
        { "polyglot-stow", "two-faced-dicom-file" },
        { "polyglot-smb", "two-faced-dicom-file" },
        { "polyglot-ftp", "two-faced-dicom-file" },
        { "polyglot-http", "two-faced-dicom-file" },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void A_scene_is_found_as_what_it_is_once_and_its_twin_is_silent(string name, string type)
    {
        JsonElement scene = Scenes.Single(one => Text(one, "name") == name), facts = scene.GetProperty("facts");
        string attacker = Text(facts, "attacker") ?? Text(facts, "sender")!;
        JsonElement finding = Assert.Single(During(scene));
        Assert.Equal((type, attacker), (Text(finding, "type"), Text(finding, "src")));
        Assert.Contains(Text(finding, "severity"), (string[])["medium", "high"]);
        Assert.InRange(finding.GetProperty("confidence").GetDouble(), 0.7, 1);
        // Evidence lies in the scene's packets and flows.
        long[][] packets = Lines("packets.ndjson").Single(one => one.GetProperty("scene").GetInt32() == scene.GetProperty("scene").GetInt32()).GetProperty("packets").EnumerateArray().Select(range => range.EnumerateArray().Select(end => end.GetInt64()).ToArray()).ToArray();
        Assert.All(finding.GetProperty("evidence").EnumerateArray(), one => Assert.Contains(packets, range => range[0] <= one.GetProperty("packet").GetInt64() && one.GetProperty("packet").GetInt64() <= range[1]));
        Assert.Empty(During(Scenes.Single(one => Text(one, "name") == name + "-twin")));
    }

    [Fact]
    public void What_the_scenes_counted_stands_in_the_findings()
    {
        JsonElement guess = Scenes.Single(one => Text(one, "name") == "dicom-ae-guess").GetProperty("facts"), harvest = Scenes.Single(one => Text(one, "name") == "dicom-harvest").GetProperty("facts");
        Assert.Equal(Number(Text(guess, "called-refused")) + Number(Text(guess, "calling-refused")), Number(Fact("dicom-title-guessing", "refused-titles")));
        Assert.StartsWith(Text(guess, "last-title")!, Fact("dicom-title-guessing", "title-let-in"), StringComparison.Ordinal);
        Assert.Equal((Text(harvest, "retrieved"), Text(harvest, "queries"), Text(harvest, "title")), (Fact("dicom-harvest", "studies-fetched"), Fact("dicom-harvest", "queries-for-everybody"), Fact("dicom-harvest", "ae-title")));
        foreach (string name in (string[])["polyglot-stow", "polyglot-smb", "polyglot-ftp", "polyglot-http"])
        {
            JsonElement scene = Scenes.Single(one => Text(one, "name") == name);
            Assert.Equal(Text(scene.GetProperty("facts"), "files"), During(scene).Single().GetProperty("count").GetRawText());
        }
    }

    [Theory]
    [InlineData("samples/hospital-day/hospital.pcap")]
    [InlineData("samples/demo/hospital.pcap")]
    public void An_ordinary_day_is_silent(string sample)
    {
        using Analysis day = Analysis.Of(Path.Combine(SharedFiles.Project, sample));
        Assert.True(day.Rows("dicom").Count > 100);
        Assert.Empty(Ours(day));
    }

    [Theory]
    [InlineData("dicom-day", "")]
    [InlineData("dicom-offload", "")]
    [InlineData("dicomweb-day", "")]
    [InlineData("gb18030-trap", "")]
    [InlineData("dicom-aeguess", "dicom-title-guessing 10.77.66.66 high")]
    [InlineData("dicom-harvest", "dicom-harvest 10.77.66.66 high")]
    [InlineData("dicom-polyglot", "two-faced-dicom-file 10.77.20.10 high, two-faced-dicom-file 10.77.50.5 high, two-faced-dicom-file 10.77.50.5 high")]
    public void Recorded_programs_give_what_is_known_of_them(string capture, string expected)
    {
        using Analysis analysis = Analysis.Of(SharedFiles.Path($"captures/lab/{capture}.pcap"));
        Assert.Equal(expected, string.Join(", ", Ours(analysis).Select(row => $"{Text(row, "type")} {Text(row, "src")} {Text(row, "severity")}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_stored_object_has_the_same_digest_wherever_it_goes()
    {
        using Analysis day = Analysis.Of(SharedFiles.Path("captures/lab/dicom-day.pcap"));
        JsonElement[] stores = [.. day.Rows("dicom").Where(row => Text(row, "command") == "C-STORE")];
        Assert.Equal(61, stores.Count(row => Text(row, "content_digest") is not null));
        // Four objects went on to the workstation, as they had come.
        IGrouping<string, JsonElement>[] again = [.. stores.GroupBy(row => Text(row, "sop_instance")!).Where(group => group.Count() > 1)];
        Assert.NotEmpty(again);
        Assert.All(again, group => Assert.Single(group.Select(row => Text(row, "content_digest")).Distinct()));
        Assert.Equal(stores.Select(row => Text(row, "sop_instance")).Distinct().Count(), stores.Select(row => Text(row, "content_digest")).Distinct().Count());
    }

    [Fact]
    public void With_ten_days_of_the_same_hospital_behind_them_callers_are_held_against_what_was_seen()
    {
        // The same hospital, an afternoon of it played on each of the ten days before.
        string folder = Directory.CreateTempSubdirectory("wardkeeper-past-").FullName;
        try
        {
            byte[] demo = File.ReadAllBytes(Path.Combine(SharedFiles.Project, "samples/demo/hospital.pcap"));
            string[] past = [.. Enumerable.Range(0, 10).Select(day => Shifted(demo, 10 - day, Path.Combine(folder, $"day{day}.pcap")))];
            using Analysis analysis = Analysis.Of([.. past, Path.Combine(SharedFiles.Project, "samples/attacks/hospital.pcap")]);
            string harvester = Text(Scenes.Single(one => Text(one, "name") == "dicom-harvest").GetProperty("facts"), "attacker")!, guesser = Text(Scenes.Single(one => Text(one, "name") == "dicom-ae-guess").GetProperty("facts"), "attacker")!;
            string[] ours = [.. Ours(analysis).Where(row => Text(row, "type") != "two-faced-dicom-file").Select(row => $"{Text(row, "type")} {Text(row, "src")} {Text(row, "severity")}")];
            // The engineer's device of the twin is known; that it calls this archive is new, and told for information.
            string twin = "dicom-caller-unknown 10.77.10.139 info";
            Assert.Equal(new[] { $"dicom-title-guessing {guesser} high", $"dicom-caller-unknown {guesser} low", twin, $"dicom-title-taken {harvester} medium", $"dicom-harvest {harvester} medium" }.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
            Assert.All(Ours(analysis), row => Assert.True(row.GetProperty("ts").GetDouble() >= Scenes[0].GetProperty("begin").GetDouble()));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>A capture of so many days before.</summary>
    private static string Shifted(byte[] capture, int days, string path)
    {
        byte[] moved = [.. capture];
        for (int at = 24; at < moved.Length; at += 16 + BitConverter.ToInt32(moved, at + 8)) BitConverter.TryWriteBytes(moved.AsSpan(at), BitConverter.ToInt32(moved, at) - (days * 86_400));
        File.WriteAllBytes(path, moved);
        return path;
    }

    private static IEnumerable<JsonElement> During(JsonElement scene)
    {
        double begin = scene.GetProperty("begin").GetDouble() - 0.01, end = scene.GetProperty("end").GetDouble() + 0.5;
        return Ours(Attacks.Value).Where(row => row.GetProperty("ts").GetDouble() >= begin && row.GetProperty("ts").GetDouble() <= end);
    }

    private static IEnumerable<JsonElement> Ours(Analysis analysis) =>
        analysis.Rows("findings").Where(row => Text(row, "type") is { } type && (type.StartsWith("dicom-", StringComparison.Ordinal) || type == "two-faced-dicom-file"));

    private static string? Fact(string type, string name) =>
        Text(Ours(Attacks.Value).Single(row => Text(row, "type") == type).GetProperty("facts").EnumerateArray().Single(fact => Text(fact, "name") == name), "observed");

    private static int Number(string? text) => int.Parse(text!, System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<JsonElement> Lines(string name) => File.ReadLines(Path.Combine(SharedFiles.Project, "samples/attacks/truth", name)).Select(line => JsonElement.Parse(line));

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
