using System.Collections.Frozen;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Names that rules have for what is odd, beside the sensor's own.</summary>
internal static class EventNames
{
    /// <summary>What analysers tell (<see cref="Buffers.IBufferSink.Event"/>).</summary>
    public static FrozenSet<string> Services { get; } = new[]
    {
        "http.double_encoded_uri", "http.uri_host_ambiguous", "dns.invalid_opcode", "dns.z_flag_set", "llmnr.invalid_opcode", "mqtt.invalid_qos_level", "mqtt.unintroduced_message", "mqtt.unassigned_msg_type",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Names of <see cref="SensorCounters"/> by those of decoder events.</summary>
    public static FrozenDictionary<string, string> OfDecoder { get; } = new Dictionary<string, string>(StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names of <see cref="SensorCounters"/> by those of stream events.</summary>
    public static FrozenDictionary<string, string> OfStreams { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["reassembly_overlap_different_data"] = "tcp-overlap-differs" }.ToFrozenDictionary(StringComparer.Ordinal);
}
