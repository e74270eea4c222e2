namespace Wardkeeper.Sensor.Protocols.WireGuard;

/// <summary>Every way to be wrong.</summary>
internal static class WireGuardFaults
{
    /// <summary>A datagram that is none of the four messages.</summary>
    public static readonly Fault NoMessage = new("wireguard.no-message", "WireGuard 5.4");
}
