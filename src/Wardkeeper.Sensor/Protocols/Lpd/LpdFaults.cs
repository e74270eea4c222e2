namespace Wardkeeper.Sensor.Protocols.Lpd;

/// <summary>Every way to be wrong.</summary>
internal static class LpdFaults
{
    /// <summary>A command that is none.</summary>
    public static readonly Fault NoCommand = new("lpd.no-command", "RFC 1179 5");
}
