namespace Wardkeeper.Sensor.Protocols.Stun;

/// <summary>Every way to be wrong.</summary>
internal static class StunFaults
{
    /// <summary>Fewer bytes than a header, or another length than it says.</summary>
    public static readonly Fault Length = new("stun.length", "RFC 8489 5");

    /// <summary>An attribute that does not fit into its message.</summary>
    public static readonly Fault Attribute = new("stun.attribute", "RFC 8489 14");
}
