namespace Wardkeeper.Sensor.Protocols.Vrrp;

/// <summary>Every way a statement of a virtual router can be wrong.</summary>
internal static class VrrpFaults
{
    /// <summary>No version that there is, no number or no addresses, or shorter than its fields.</summary>
    public static readonly Fault Malformed = new("vrrp.malformed", "RFC 9568 5.1");
}
