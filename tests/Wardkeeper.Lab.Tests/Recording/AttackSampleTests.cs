using System.Text.Json;
using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Synth;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>The shipped scenes: each is there once, with packets of its own that exist in the capture.</summary>
public class AttackSampleTests
{
    private static readonly string[] Samples = ["attacks", "attacks-medical", "attacks-network", "attacks-care"];

    [Fact]
    public void Every_scene_is_in_one_sample() =>
        Assert.Equal(SceneRegistry.All.Select(scene => scene.Name).Order(StringComparer.Ordinal), Samples.SelectMany(sample => Rows(Checkout.Sample(sample), "scenes")).Select(scene => scene.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("attacks")]
    [InlineData("attacks-medical")]
    [InlineData("attacks-network")]
    [InlineData("attacks-care")]
    public void Every_scene_of_a_sample_has_its_packets(string sample)
    {
        string folder = Checkout.Sample(sample);
        int packets = TaggedCapture.Read(Path.Combine(folder, "hospital.pcap")).Count();
        JsonElement[] scenes = Rows(folder, "scenes"), ranges = Rows(folder, "packets");
        foreach ((JsonElement scene, JsonElement own) in scenes.Zip(ranges))
        {
            Assert.Equal(scene.GetProperty("scene").GetInt32(), own.GetProperty("scene").GetInt32());
            long count = 0, last = 0;
            foreach (JsonElement range in own.GetProperty("packets").EnumerateArray())
            {
                Assert.InRange(range[0].GetInt64(), last + 1, packets);
                last = range[1].GetInt64();
                Assert.InRange(last, range[0].GetInt64(), packets);
                count += last - range[0].GetInt64() + 1;
            }
            Assert.Equal(scene.GetProperty("packets").GetInt64(), count);
            Assert.True(count > 0, scene.GetProperty("name").GetString());
            Assert.Equal(scene.GetProperty("attack").GetBoolean(), scene.GetProperty("techniques").GetArrayLength() > 0);
        }
    }

    private static JsonElement[] Rows(string folder, string name) => [.. File.ReadLines(Path.Combine(folder, "truth", name + ".ndjson")).Select(line => JsonDocument.Parse(line).RootElement.Clone())];
}
