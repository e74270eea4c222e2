namespace Wardkeeper.Sensor.Protocols.Bjnp;

/// <summary>Every way to be wrong.</summary>
internal static class BjnpFaults
{
    /// <summary>Fewer bytes than the header says or needs.</summary>
    public static readonly Fault Short = new("bjnp.short", "Canon BJNP, header");
}
