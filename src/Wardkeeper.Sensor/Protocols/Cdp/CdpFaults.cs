namespace Wardkeeper.Sensor.Protocols.Cdp;

/// <summary>Every way a CDP frame can be wrong.</summary>
internal static class CdpFaults
{
    /// <summary>Another version than 1 or 2, or no device identifier at all.</summary>
    public static readonly Fault Header = new("cdp.header", "CDP header");

    /// <summary>An element is shorter than its own header or longer than the frame.</summary>
    public static readonly Fault ElementLength = new("cdp.element-length", "CDP type-length-value");

    /// <summary>A list of addresses does not hold what it promises.</summary>
    public static readonly Fault Addresses = new("cdp.addresses", "CDP addresses");
}
