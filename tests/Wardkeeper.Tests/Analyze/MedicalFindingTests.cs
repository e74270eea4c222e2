using System.Text.Json;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>
/// Forged and repeated clinical messages in recorded traffic: every scene of the samples is found and each twin passes, the published attacks on a laboratory's
/// messages are among what is found, and honest days say nothing.
/// </summary>
public class MedicalFindingTests
{
    private static readonly string Samples = Path.Combine(SharedFiles.Project, "samples");
    private static readonly Lazy<Analysis> Attacks = new(() => Analysis.Of(Path.Combine(Samples, "attacks/hospital.pcap")));
    private static readonly JsonElement[] Scenes = [.. File.ReadLines(Path.Combine(Samples, "attacks/truth/scenes.ndjson")).Select(line => JsonElement.Parse(line))];

    private static readonly HashSet<string> Types =
    [
        "message-replayed", "message-altered", "result-altered", "result-of-another-patient", "message-sender-impersonated", "message-sender-unknown", "message-outside-role", "message-framing-abuse", "message-escape-injection", "message-segment-flood",
        "clinical-data-queried", "infusion-order-foreign", "infusion-amount-unusual", "vital-signs-frozen", "vital-signs-copied", "connection-cut-forged", "alarm-suppressed", "clock-jump", "time-server-changed", "device-clock-off",
        "firmware-outside-maintenance", "service-login-outside-maintenance",
    ];

    [Theory]
    [InlineData("hl7-replay", "message-replayed")]
    [InlineData("hl7-alteration", "message-altered")]
    public void A_scene_is_found_with_its_attacker_and_within_its_packets(string name, string type)
    {
        JsonElement[] scenes = [.. Scenes.Where(scene => Text(scene, "name") == name)];
        Assert.NotEmpty(scenes);
        HashSet<long> packets = [.. Packets(name)];
        foreach (JsonElement scene in scenes)
        {
            JsonElement finding = Assert.Single(Attacks.Value.Rows("findings"), row => Text(row, "type") == type && Text(row, "src") == Text(scene.GetProperty("facts"), "attacker"));
            Assert.Equal("high", Text(finding, "severity"));
            Assert.All(finding.GetProperty("evidence").EnumerateArray(), evidence => Assert.Contains(evidence.GetProperty("packet").GetInt64(), packets));
        }
    }

    [Fact]
    public void Nothing_medical_is_said_outside_the_scenes_and_nothing_in_their_twins()
    {
        (double Begin, double End)[] attacks = [.. Scenes.Where(scene => scene.GetProperty("attack").GetBoolean()).Select(scene => (scene.GetProperty("begin").GetDouble(), scene.GetProperty("end").GetDouble()))];
        JsonElement[] said = [.. Medical(Attacks.Value)];
        Assert.NotEmpty(said);
        Assert.All(said.SelectMany(finding => finding.GetProperty("evidence").EnumerateArray()).Select(evidence => evidence.GetProperty("ts").GetDouble()), at => Assert.Contains(attacks, scene => at >= scene.Begin && at <= scene.End));
        Assert.Contains(Scenes, scene => Text(scene, "name") == "hl7-replay-twin");
    }

    /// <summary>Replay, altered result, forged infusion order and the dump of patients' data, all by the machine that does not belong there.</summary>
    [Fact]
    public void The_attacks_on_a_ward_are_all_found_and_blamed_on_the_stranger()
    {
        using Analysis attack = Analysis.Of(SharedFiles.Path("captures/lab/hl7-attack.pcap"));
        JsonElement[] found = [.. Medical(attack)];
        Assert.Equal(["clinical-data-queried", "infusion-order-foreign", "message-altered", "message-replayed", "message-sender-impersonated"], found.Select(row => Text(row, "type")).Order(StringComparer.Ordinal));
        Assert.All(found, row => Assert.Equal("high", Text(row, "severity")));
        Assert.All(found.Where(row => Text(row, "type") != "clinical-data-queried"), row => Assert.Equal("10.77.66.66", Text(row, "src")));
        Assert.Contains("10.77.66.66", Text(found.Single(row => Text(row, "type") == "clinical-data-queried"), "title"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hospital-day")]
    [InlineData("demo")]
    public void An_honest_day_says_nothing_medical(string sample)
    {
        using Analysis day = Analysis.Of(Path.Combine(Samples, sample, "hospital.pcap"));
        Assert.Empty(Medical(day));
    }

    [Theory]
    [InlineData("hl7-day")]
    [InlineData("astm")]
    [InlineData("poct1a")]
    [InlineData("intellivue")]
    [InlineData("sdc")]
    [InlineData("gb18030-trap")]
    public void Honest_messages_say_nothing_medical(string capture)
    {
        using Analysis honest = Analysis.Of(SharedFiles.Path($"captures/lab/{capture}.pcap"));
        Assert.NotEqual(0, honest.Summary().GetProperty("packets").GetInt64());
        Assert.Empty(Medical(honest));
    }

    private static IEnumerable<JsonElement> Medical(Analysis analysis) => analysis.Rows("findings").Where(row => Types.Contains(Text(row, "type")!));

    /// <summary>Numbers of the packets of a scene.</summary>
    private static IEnumerable<long> Packets(string scene) => File.ReadLines(Path.Combine(Samples, "attacks/truth/packets.ndjson")).Select(line => JsonElement.Parse(line)).Where(row => Text(row, "name") == scene)
        .SelectMany(row => row.GetProperty("packets").EnumerateArray()).SelectMany(range => Range(range[0].GetInt64(), range[1].GetInt64()));

    private static IEnumerable<long> Range(long first, long last)
    {
        for (long packet = first; packet <= last; packet++) yield return packet;
    }

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
