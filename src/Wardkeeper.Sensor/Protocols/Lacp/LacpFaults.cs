namespace Wardkeeper.Sensor.Protocols.Lacp;

/// <summary>Every way a frame of link aggregation can be wrong.</summary>
internal static class LacpFaults
{
    /// <summary>Actor and partner do not stand where they must.</summary>
    public static readonly Fault Malformed = new("lacp.malformed", "IEEE 802.1AX 6.4.2.3");
}
