namespace Wardkeeper.Sensor.Protocols.Mqtt;

/// <summary>Every way to be wrong.</summary>
internal static class MqttFaults
{
    /// <summary>A packet of no type.</summary>
    public static readonly Fault UnassignedType = new("mqtt.unassigned-type", "MQTT 5.0 2.1.2") { Event = "mqtt.unassigned_msg_type" };

    /// <summary>A packet with a length that does not end.</summary>
    public static readonly Fault MalformedHeader = new("mqtt.malformed-header", "MQTT 5.0 2.1");

    /// <summary>A packet whose fields do not fit into it.</summary>
    public static readonly Fault MalformedPacket = new("mqtt.malformed-packet", "MQTT 5.0 3");
}
