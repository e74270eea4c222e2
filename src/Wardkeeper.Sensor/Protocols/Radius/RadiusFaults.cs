namespace Wardkeeper.Sensor.Protocols.Radius;

/// <summary>Every way to be wrong.</summary>
internal static class RadiusFaults
{
    /// <summary>Fewer bytes than the header says or needs.</summary>
    public static readonly Fault Short = new("radius.short", "RFC 2865 3");

    /// <summary>An attribute that does not fit into its message.</summary>
    public static readonly Fault MalformedAttribute = new("radius.malformed-attribute", "RFC 2865 5");
}
