using System.Text.Json;
using Wardkeeper.Analyze;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>The shipped recordings of many scenes, one after another: every attack is found in its time by a type of finding that tells of it, and nothing is said of a twin.</summary>
public sealed class SceneSampleTests
{
    [Theory]
    [InlineData("attacks-medical")]
    [InlineData("attacks-network")]
    [InlineData("attacks-care")]
    public void Every_attack_is_found_and_every_twin_passes(string sample)
    {
        string folder = Path.Combine(SharedFiles.Project, "samples", sample);
        JsonElement[] scenes = [.. File.ReadLines(Path.Combine(folder, "truth/scenes.ndjson")).Select(line => JsonElement.Parse(line))];
        Dictionary<string, string[]> expected = File.ReadLines(Path.Combine(SharedFiles.Project, "tests/quality/scenes.tsv")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[1].Split(','));
        string site = Path.Combine(folder, "truth/site.yaml");
        using Analysis analysis = Analysis.Of(new AnalyzeOptions { Files = [Path.Combine(folder, "hospital.pcap")], SiteFile = File.Exists(site) ? site : null });
        // What stands open whether or not anybody uses it, and what the sensor says of itself, tells of no scene.
        (string Type, double At)[] all = [.. analysis.Rows("findings").Select(row => (row.GetProperty("type").GetString()!, row.GetProperty("ts").GetDouble()))];
        (string Type, double At)[] findings = [.. all.Where(one => DetectorRegistry.Types[one.Type] is not ({ IsExposure: true } or { Duty: Duty.Operator }))];
        List<string> wrong = [];
        for (int i = 0; i < scenes.Length; i++)
        {
            string name = scenes[i].GetProperty("name").GetString()!;
            double begin = scenes[i].GetProperty("begin").GetDouble(), end = i + 1 < scenes.Length ? scenes[i + 1].GetProperty("begin").GetDouble() : double.MaxValue;
            string[] said = [.. findings.Where(one => one.At >= begin && one.At < end).Select(one => one.Type).Distinct()];
            // A hot-spot is a weakness that stands open as well, and only told.
            bool isFound = expected.TryGetValue(name, out string[]? types) && all.Any(one => one.At >= begin && one.At < end && types.Contains(one.Type));
            if (scenes[i].GetProperty("attack").GetBoolean() ? !isFound : said.Length > 0) wrong.Add($"{name}: {string.Join(", ", said)}");
        }
        Assert.Empty(wrong);
        Assert.DoesNotContain(findings, one => one.At < scenes[0].GetProperty("begin").GetDouble());
    }
}
