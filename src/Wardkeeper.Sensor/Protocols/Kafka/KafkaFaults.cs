namespace Wardkeeper.Sensor.Protocols.Kafka;

/// <summary>Every way to be wrong.</summary>
internal static class KafkaFaults
{
    /// <summary>A message of an impossible length, or a request that nobody knows.</summary>
    public static readonly Fault MalformedMessage = new("kafka.malformed-message", "Kafka protocol guide, request and response headers");
}
