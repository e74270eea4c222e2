namespace Wardkeeper.Sensor.Protocols.Btle;

/// <summary>Every way a packet of Bluetooth Low Energy can be wrong.</summary>
internal static class BtleFaults
{
    /// <summary>The packet is shorter than its header says, or than its addresses.</summary>
    public static readonly Fault Header = new("btle.header", "Bluetooth Core vol 6 part B 2.3");

    /// <summary>An element of an advertisement is longer than it.</summary>
    public static readonly Fault Element = new("btle.element", "Bluetooth Core vol 3 part C 11");
}
