using System.Text.Json;
using Wardkeeper.Analyze;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>What is written beside the findings of a recorded scene: what belongs together, and the packets around each.</summary>
public class SliceAndIncidentTests
{
    private static readonly string Scene = Path.Combine(SharedFiles.Project, "samples/attacks/hospital.pcap");

    [Fact]
    public void Findings_of_an_attack_are_incidents_and_each_member_is_a_finding_that_was_raised()
    {
        using Analysis analysis = Analysis.Of(Scene);
        HashSet<string> findings = [.. analysis.Rows("findings").Select(row => row.GetProperty("id").GetString()!)];
        IReadOnlyList<JsonElement> incidents = analysis.Rows("incidents");
        Assert.NotEmpty(incidents);
        string[] members = [.. incidents.SelectMany(row => row.GetProperty("findings").EnumerateArray()).Select(row => row.GetProperty("id").GetString()!)];
        Assert.Equal(members.Length, members.Distinct().Count());
        Assert.All(members, member => Assert.Contains(member, findings));
        Assert.Contains(incidents, row => row.GetProperty("techniques").EnumerateArray().Any(one => one.GetString() == "T1557.002"));
        using Analysis again = Analysis.Of(new AnalyzeOptions { Files = [Scene], Workers = 4 });
        Assert.Equal(File.ReadAllBytes(Path.Combine(analysis.Folder, "incidents.ndjson")), File.ReadAllBytes(Path.Combine(again.Folder, "incidents.ndjson")));
    }

    [Fact]
    public void The_packets_around_a_finding_show_the_same_finding_again()
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-slices-").FullName;
        try
        {
            using Analysis analysis = Analysis.Of(new AnalyzeOptions { Files = [Scene], SliceFolder = folder });
            JsonElement[] findings = [.. analysis.Rows("findings")];
            Assert.All(findings.Where(HasPacket), finding => Assert.True(File.Exists(PathOf(folder, finding)), finding.GetProperty("id").GetString()));
            Assert.Equal(findings.Count(HasPacket), Directory.GetFiles(folder).Length);
            // What one conversation shows is shown by its packets alone.
            string[] seen = [.. ((string[])["cleartext-administration", "cleartext-medical-traffic", "database-offered", "outdated-tls", "weak-password"]).Where(type => findings.Any(row => Is(row, type)))];
            Assert.NotEmpty(seen);
            foreach (string type in seen)
            {
                JsonElement finding = findings.First(row => Is(row, type));
                using Analysis slice = Analysis.Of(PathOf(folder, finding));
                Assert.Contains(slice.Rows("findings"), row => row.GetProperty("type").GetString() == type && row.GetProperty("src").GetString() == finding.GetProperty("src").GetString());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Is(JsonElement finding, string type) => finding.GetProperty("type").GetString() == type && HasPacket(finding);

    private static bool HasPacket(JsonElement finding) => finding.GetProperty("evidence").EnumerateArray().Any(one => one.TryGetProperty("packet", out JsonElement packet) && packet.ValueKind == JsonValueKind.Number);

    private static string PathOf(string folder, JsonElement finding) => Path.Combine(folder, finding.GetProperty("id").GetString() + ".pcapng");
}
