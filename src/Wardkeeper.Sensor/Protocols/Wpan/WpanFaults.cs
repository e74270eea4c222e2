namespace Wardkeeper.Sensor.Protocols.Wpan;

/// <summary>Every way a frame of a small radio network can be wrong.</summary>
internal static class WpanFaults
{
    /// <summary>The addresses do not fit.</summary>
    public static readonly Fault Header = new("wpan.header", "IEEE 802.15.4 7.2");

    /// <summary>A beacon ends before its fields do.</summary>
    public static readonly Fault Beacon = new("wpan.beacon", "IEEE 802.15.4 7.3.1");

    /// <summary>A command ends before its fields do.</summary>
    public static readonly Fault Command = new("wpan.command", "IEEE 802.15.4 7.5");

    /// <summary>ZigBee's network header ends before its fields do.</summary>
    public static readonly Fault Network = new("wpan.network", "ZigBee 05-3474 3.3.1");

    /// <summary>The header of application support ends before its fields do.</summary>
    public static readonly Fault Application = new("wpan.application", "ZigBee 05-3474 2.2.5");
}
