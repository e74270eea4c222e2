namespace Wardkeeper.Sensor.Protocols.Stomp;

/// <summary>Every way to be wrong.</summary>
internal static class StompFaults
{
    /// <summary>A head longer than is read, or one without a command.</summary>
    public static readonly Fault BadHead = new("stomp.bad-head", "STOMP 1.2, frames and headers");
}
