namespace Wardkeeper.Sensor.Protocols.Slp;

/// <summary>Every way to be wrong.</summary>
internal static class SlpFaults
{
    /// <summary>A message whose parts do not fit into it.</summary>
    public static readonly Fault Malformed = new("slp.malformed", "RFC 2608 8; RFC 2165 5");
}
