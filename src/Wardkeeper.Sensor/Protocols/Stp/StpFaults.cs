namespace Wardkeeper.Sensor.Protocols.Stp;

/// <summary>Every way a bridge protocol data unit can be wrong.</summary>
internal static class StpFaults
{
    /// <summary>Another protocol, version or type than there is.</summary>
    public static readonly Fault Header = new("stp.header", "IEEE 802.1D 9.3");

    /// <summary>It ends before its fields do.</summary>
    public static readonly Fault Short = new("stp.short", "IEEE 802.1D 9.3.1");

    /// <summary>The VLAN is missing where each VLAN has its tree.</summary>
    public static readonly Fault Vlan = new("stp.vlan", "Cisco PVST+");

    /// <summary>The part about trees of instances is shorter or longer than it says.</summary>
    public static readonly Fault Trees = new("stp.trees", "IEEE 802.1Q 14.4");
}
