namespace Wardkeeper.Sensor.Protocols.NeighbourDiscovery;

/// <summary>Every way a neighbour discovery message can be wrong.</summary>
internal static class NeighbourFaults
{
    /// <summary>The message ends before its fixed part does.</summary>
    public static readonly Fault Short = new("nd.short", "RFC 4861 4");

    /// <summary>Type or code are none of neighbour discovery's.</summary>
    public static readonly Fault UnknownType = new("nd.unknown-type", "RFC 4861 4");

    /// <summary>An option of length zero: it would never end.</summary>
    public static readonly Fault EmptyOption = new("nd.empty-option", "RFC 4861 4.6");

    /// <summary>An option is longer than the message.</summary>
    public static readonly Fault OptionTooLong = new("nd.option-too-long", "RFC 4861 4.6");

    /// <summary>More options than any network needs.</summary>
    public static readonly Fault TooManyOptions = new("nd.too-many-options", "RFC 6980");

    /// <summary>A list of DNS servers with half an address at its end, as the attack on CVE-2020-16898 sends it.</summary>
    public static readonly Fault DnsServersLength = new("nd.dns-servers-length", "RFC 8106 5.1");

    /// <summary>The target is a multicast address.</summary>
    public static readonly Fault MulticastTarget = new("nd.multicast-target", "RFC 4861 7.1.1");
}
