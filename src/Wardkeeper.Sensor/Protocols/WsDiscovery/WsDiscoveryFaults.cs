namespace Wardkeeper.Sensor.Protocols.WsDiscovery;

/// <summary>Every way to be wrong.</summary>
internal static class WsDiscoveryFaults
{
    /// <summary>An envelope whose body holds no message of discovery, or that is not well-formed up to one.</summary>
    public static readonly Fault NoMessage = new("ws-discovery.no-message", "WS-Discovery 1.1, 4 to 6");

    /// <summary>More matches, types, scopes or addresses than are read.</summary>
    public static readonly Fault BeyondLimits = new("ws-discovery.beyond-limits", "WS-Discovery 1.1, 5.3");
}
