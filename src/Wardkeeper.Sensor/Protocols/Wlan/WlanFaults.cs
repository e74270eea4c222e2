namespace Wardkeeper.Sensor.Protocols.Wlan;

/// <summary>Every way a management frame can be wrong.</summary>
internal static class WlanFaults
{
    /// <summary>No management frame of the only version, or shorter than its header.</summary>
    public static readonly Fault Header = new("wlan.header", "IEEE 802.11 9.3.3.1");

    /// <summary>The frame ends before its fixed fields do.</summary>
    public static readonly Fault Short = new("wlan.short", "IEEE 802.11 9.4.1");

    /// <summary>An element is longer than the frame.</summary>
    public static readonly Fault Element = new("wlan.element", "IEEE 802.11 9.4.2.1");
}
