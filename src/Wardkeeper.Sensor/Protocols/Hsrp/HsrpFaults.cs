namespace Wardkeeper.Sensor.Protocols.Hsrp;

/// <summary>Every way a statement of standby routers can be wrong.</summary>
internal static class HsrpFaults
{
    /// <summary>No operation or state that there is, or shorter than its fields.</summary>
    public static readonly Fault Malformed = new("hsrp.malformed", "RFC 2281 5.1");
}
