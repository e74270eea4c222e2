namespace Wardkeeper.Sensor.Protocols.DameWare;

/// <summary>Every way to be wrong.</summary>
internal static class DameWareFaults
{
    /// <summary>The first message is no greeting.</summary>
    public static readonly Fault NoGreeting = new("dameware.no-greeting", "patterns of public scanners");
}
