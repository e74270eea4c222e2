namespace Wardkeeper.Sensor.Protocols.Sctp;

/// <summary>Every way to be wrong.</summary>
internal static class SctpFaults
{
    /// <summary>A packet is shorter than its header, or a chunk longer than the packet.</summary>
    public static readonly Fault MalformedPacket = new("sctp.malformed-packet", "RFC 9260 3");
}
