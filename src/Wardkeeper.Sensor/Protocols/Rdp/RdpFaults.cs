namespace Wardkeeper.Sensor.Protocols.Rdp;

/// <summary>Every way to be wrong.</summary>
internal static class RdpFaults
{
    /// <summary>A TPKT header is impossible.</summary>
    public static readonly Fault MalformedPacket = new("rdp.malformed-packet", "RFC 1006 6");

    /// <summary>The blocks of the client's or the server's settings do not fit into their message.</summary>
    public static readonly Fault MalformedSettings = new("rdp.malformed-settings", "MS-RDPBCGR 2.2.1.3");
}
