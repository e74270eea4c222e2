using System.Collections.Frozen;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Names that rules have for what is odd, beside the sensor's own.</summary>
internal static class EventNames
{
    /// <summary>What analysers tell (<see cref="Buffers.IBufferSink.Event"/>).</summary>
    public static FrozenSet<string> Services { get; } = new[]
    {
        "http.double_encoded_uri", "http.uri_host_ambiguous", "dns.malformed_data", "dns.not_a_request", "dns.not_a_response", "applayer_wrong_direction_first_data", "applayer_mismatch_protocol_both_directions",
        "applayer_detect_protocol_only_one_direction", "applayer_proto_detection_skipped", "applayer_no_tls_after_starttls", "applayer_unexpected_protocol",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Names of <see cref="SensorCounters"/> by those of decoder events.</summary>
    public static FrozenDictionary<string, string> OfDecoder { get; } = new Dictionary<string, string>(StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names of <see cref="SensorCounters"/> by those of stream events.</summary>
    public static FrozenDictionary<string, string> OfStreams { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["reassembly_overlap_different_data"] = "tcp-overlap-differs" }.ToFrozenDictionary(StringComparer.Ordinal);
}
