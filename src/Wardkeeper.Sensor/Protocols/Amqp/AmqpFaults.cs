namespace Wardkeeper.Sensor.Protocols.Amqp;

/// <summary>Every way to be wrong.</summary>
internal static class AmqpFaults
{
    /// <summary>A frame of no known kind or of an impossible length.</summary>
    public static readonly Fault MalformedFrame = new("amqp.malformed-frame", "AMQP 0-9-1 4.2.3; AMQP 1.0 2.3.1");

    /// <summary>A method or performative whose fields do not fit into it.</summary>
    public static readonly Fault MalformedMethod = new("amqp.malformed-method", "AMQP 0-9-1 4.2.4; AMQP 1.0 2.7");
}
