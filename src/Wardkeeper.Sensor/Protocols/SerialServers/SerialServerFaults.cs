namespace Wardkeeper.Sensor.Protocols.SerialServers;

/// <summary>Every way to be wrong.</summary>
internal static class SerialServerFaults
{
    /// <summary>A datagram between such ends that is no message, or whose length is wrong.</summary>
    public static readonly Fault MalformedMessage = new("serial-server.malformed-message", "public descriptions of ADDP, 77FE and NPort discovery");

    /// <summary>A field that is longer than its message.</summary>
    public static readonly Fault MalformedField = new("serial-server.malformed-field", "public descriptions of ADDP");
}
