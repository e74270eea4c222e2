using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wardkeeper.Lab.Run;

/// <summary>Scenes that ran in a lab, one a line in its folder: whoever records the lab, also another process, finds them there.</summary>
internal static class SceneJournal
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new IpConverter(), new MacConverter() } };

    /// <summary>Adds one.</summary>
    public static void Add(string folder, SceneDone scene) => File.AppendAllText(FileOf(folder), JsonSerializer.Serialize(scene, Options) + "\n");

    /// <summary>All of them, in the order in which they ended.</summary>
    public static IReadOnlyList<SceneDone> Read(string folder) =>
        File.Exists(FileOf(folder)) ? [.. File.ReadLines(FileOf(folder)).Select(line => JsonSerializer.Deserialize<SceneDone>(line, Options)!)] : [];

    private static string FileOf(string folder) => Path.Combine(folder, "scenes.ndjson");

    private sealed class IpConverter : JsonConverter<IPAddress>
    {
        public override IPAddress Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => IPAddress.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    private sealed class MacConverter : JsonConverter<PhysicalAddress>
    {
        public override PhysicalAddress Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => PhysicalAddress.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, PhysicalAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
