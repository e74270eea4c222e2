namespace Wardkeeper.Sensor.Protocols.Ipmi;

/// <summary>Every way to be wrong.</summary>
internal static class IpmiFaults
{
    /// <summary>No header of RMCP, or fewer bytes than the message says.</summary>
    public static readonly Fault Short = new("ipmi.short", "IPMI 2.0 13.1, 13.6");
}
