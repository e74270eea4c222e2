namespace Wardkeeper.Sensor.Protocols.Arp;

/// <summary>Every way an ARP frame can be wrong.</summary>
internal static class ArpFaults
{
    /// <summary>The frame ends before the four addresses do.</summary>
    public static readonly Fault Short = new("arp.short", "RFC 826");

    /// <summary>Hardware or protocol are not Ethernet and IPv4, or their address lengths are not theirs.</summary>
    public static readonly Fault OtherHardware = new("arp.other-hardware", "RFC 826");

    /// <summary>An operation that is neither request nor reply.</summary>
    public static readonly Fault UnknownOperation = new("arp.unknown-operation", "RFC 826");

    /// <summary>The sender's hardware address is a group address or zero.</summary>
    public static readonly Fault NoSender = new("arp.no-sender", "RFC 5227 1.1");
}
