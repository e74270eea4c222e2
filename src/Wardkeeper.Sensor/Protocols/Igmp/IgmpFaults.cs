namespace Wardkeeper.Sensor.Protocols.Igmp;

/// <summary>Every way a statement of membership can be wrong.</summary>
internal static class IgmpFaults
{
    /// <summary>Shorter than eight bytes.</summary>
    public static readonly Fault Short = new("igmp.short", "RFC 2236 2");

    /// <summary>The checksum is wrong: hosts will not believe it.</summary>
    public static readonly Fault Checksum = new("igmp.checksum", "RFC 2236 2.3");

    /// <summary>A report ends before its records do.</summary>
    public static readonly Fault Records = new("igmp.records", "RFC 3376 4.2");
}
