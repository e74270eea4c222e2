namespace Wardkeeper.Sensor.Protocols.Dhcpv6;

/// <summary>Every way in which a DHCPv6 message can be wrong.</summary>
internal static class Dhcpv6Faults
{
    public static readonly Fault MessageTooShort = new("dhcpv6.message-too-short", "RFC 8415 8");
    public static readonly Fault OptionTruncated = new("dhcpv6.option-truncated", "RFC 8415 21.1");
    public static readonly Fault RelayedTooOften = new("dhcpv6.relayed-too-often", "RFC 8415 7.6");
    public static readonly Fault RelayedMessageMissing = new("dhcpv6.relayed-message-missing", "RFC 8415 9");
    public static readonly Fault DuidTooLong = new("dhcpv6.duid-too-long", "RFC 8415 11.1");
}
