namespace Wardkeeper.Sensor.Protocols.Tns;

/// <summary>Every way to be wrong.</summary>
internal static class TnsFaults
{
    /// <summary>A packet of an impossible length or kind.</summary>
    public static readonly Fault MalformedPacket = new("tns.malformed-packet", "Oracle Net, packet header");

    /// <summary>A packet whose text does not lie within it.</summary>
    public static readonly Fault MalformedContent = new("tns.malformed-content", "Oracle Net, connect, refuse and redirect packets");
}
