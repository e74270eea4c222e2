namespace Wardkeeper.Sensor.Protocols.S7comm;

/// <summary>Every way to be wrong. The makers publish no standard; sections are those of the transport.</summary>
internal static class S7Faults
{
    /// <summary>The transport's header is impossible.</summary>
    public static readonly Fault MalformedPacket = new("s7comm.malformed-packet", "RFC 1006 6");

    /// <summary>The transport carries something else than S7 messages.</summary>
    public static readonly Fault NotS7 = new("s7comm.other-protocol", "RFC 1006 6");

    /// <summary>Parameters or data do not fit into the message.</summary>
    public static readonly Fault MalformedMessage = new("s7comm.malformed-message", "S7 header, parameter and data length");
}
