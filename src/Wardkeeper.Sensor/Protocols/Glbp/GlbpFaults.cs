namespace Wardkeeper.Sensor.Protocols.Glbp;

/// <summary>Every way a statement of load-sharing routers can be wrong.</summary>
internal static class GlbpFaults
{
    /// <summary>A field is shorter than its kind needs, or longer than what is left.</summary>
    public static readonly Fault Malformed = new("glbp.malformed", "GLBP, public observations");
}
