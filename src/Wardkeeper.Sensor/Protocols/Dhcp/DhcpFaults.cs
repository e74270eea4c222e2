namespace Wardkeeper.Sensor.Protocols.Dhcp;

/// <summary>Every way in which a DHCP message can be wrong.</summary>
internal static class DhcpFaults
{
    public static readonly Fault MessageTooShort = new("dhcp.message-too-short", "RFC 2131 2");
    public static readonly Fault OperationUnknown = new("dhcp.operation-unknown", "RFC 2131 2");
    public static readonly Fault HardwareAddressTooLong = new("dhcp.hardware-address-too-long", "RFC 2131 2");
    public static readonly Fault CookieMissing = new("dhcp.cookie-missing", "RFC 2131 3");
    public static readonly Fault OptionTruncated = new("dhcp.option-truncated", "RFC 2132 2");
    public static readonly Fault OptionLengthWrong = new("dhcp.option-length-wrong", "RFC 2132 2");
    public static readonly Fault OverloadUnknown = new("dhcp.overload-unknown", "RFC 2132 9.3");
}
