namespace Wardkeeper.Sensor.Protocols.Sstp;

/// <summary>Every way to be wrong.</summary>
internal static class SstpFaults
{
    /// <summary>No request or answer of HTTP that begins a tunnel.</summary>
    public static readonly Fault NoHead = new("sstp.no-head", "MS-SSTP 3.2.4.1");

    /// <summary>A packet of another version, or shorter than its head.</summary>
    public static readonly Fault MalformedPacket = new("sstp.malformed-packet", "MS-SSTP 2.2.1");
}
