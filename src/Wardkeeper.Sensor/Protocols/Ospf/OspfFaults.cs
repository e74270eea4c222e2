namespace Wardkeeper.Sensor.Protocols.Ospf;

/// <summary>Every way a packet of these routers can be wrong.</summary>
internal static class OspfFaults
{
    /// <summary>No version or type that there is, or a length beyond the packet.</summary>
    public static readonly Fault Header = new("ospf.header", "RFC 2328 A.3.1");

    /// <summary>A hello ends before its fields do.</summary>
    public static readonly Fault Hello = new("ospf.hello", "RFC 2328 A.3.2");
}
