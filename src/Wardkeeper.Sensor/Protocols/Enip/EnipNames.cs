using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Enip;

/// <summary>Names of commands, services, classes and statuses. CIP Volume 1, appendices A and B; Volume 2, chapter 2.</summary>
internal static class EnipNames
{
    private static readonly NameTable Statuses = new("status",
        "success connection-failure resource-unavailable invalid-parameter-value path-segment-error path-destination-unknown partial-transfer connection-lost service-not-supported "
        + "invalid-attribute-value attribute-list-error already-in-requested-state object-state-conflict object-already-exists attribute-not-settable privilege-violation "
        + "device-state-conflict reply-data-too-large fragmentation not-enough-data attribute-not-supported too-much-data object-does-not-exist fragmentation-out-of-sequence "
        + "no-stored-attribute-data store-operation-failure request-too-large response-too-large missing-attribute-list-entry-data invalid-attribute-value-list "
        + "embedded-service-error vendor-specific-error invalid-parameter write-once-value-already-written invalid-reply-received buffer-overflow message-format-error "
        + "key-failure-in-path path-size-invalid unexpected-attribute-in-list invalid-member-id member-not-settable");

    private static readonly NameTable Common = new("service",
        "- get-attributes-all set-attributes-all get-attribute-list set-attribute-list reset start stop create delete multiple-service-packet - - apply-attributes "
        + "get-attribute-single - set-attribute-single find-next-object-instance - - error-response restore save no-operation get-member set-member insert-member remove-member group-sync");

    public static string? Command(int command) => command switch
    {
        0x0000 => "nop",
        0x0004 => "list-services",
        0x0063 => "list-identity",
        0x0064 => "list-interfaces",
        0x0065 => "register-session",
        0x0066 => "unregister-session",
        0x006F => "send-rr-data",
        0x0070 => "send-unit-data",
        0x0072 => "indicate-status",
        0x0073 => "cancel",
        _ => null,
    };

    /// <summary>Status of the encapsulation; null for success.</summary>
    public static string? Status(uint status) => status switch
    {
        0 => null,
        1 => "invalid-command",
        2 => "insufficient-memory",
        3 => "incorrect-data",
        0x64 => "invalid-session",
        0x65 => "invalid-length",
        0x69 => "unsupported-revision",
        _ => "0x" + status.ToString("x8", CultureInfo.InvariantCulture),
    };

    /// <summary>Status of a CIP response; null for success.</summary>
    public static string? CipStatus(byte status) => status == 0 ? null : Statuses.Of(status);

    /// <summary>A service; what the numbers from 0x4B on mean depends on the class.</summary>
    public static string Service(byte service, int? ofClass) => (ofClass, service) switch
    {
        (_, < 0x1D) => Common.Of(service),
        (6, 0x4E) => "forward-close",
        (6, 0x52) => "unconnected-send",
        (6, 0x54) => "forward-open",
        (6, 0x56) => "get-connection-data",
        (6, 0x57) => "search-connection-data",
        (6, 0x5A) => "get-connection-owner",
        (6, 0x5B) => "large-forward-open",
        (0x67, 0x4B) => "execute-pccc",
        (0x37, 0x4B) => "initiate-upload",
        (0x37, 0x4C) => "initiate-download",
        (0x37, 0x4F) => "upload-transfer",
        (0x37, 0x50) => "download-transfer",
        (0xF6, 0x4C) => "get-and-clear",
        (null or 0x6B, 0x4C) => "read-tag",
        (null or 0x6B, 0x4D) => "write-tag",
        (null or 0x6B, 0x4E) => "read-modify-write-tag",
        (null or 0x6B, 0x52) => "read-tag-fragmented",
        (null or 0x6B, 0x53) => "write-tag-fragmented",
        (_, 0x55) => "get-instance-attribute-list",
        _ => "service-0x" + service.ToString("x2", CultureInfo.InvariantCulture),
    };

    /// <summary>Whether a service changes the device.</summary>
    public static bool IsWrite(byte service, int? ofClass) =>
        service is 0x02 or (>= 0x04 and <= 0x09) or 0x0D or 0x10 or 0x15 or 0x16 or 0x19 or 0x1A or 0x1B || (ofClass is null or 0x6B && service is 0x4D or 0x4E or 0x53) || (ofClass is 0x37 && service is 0x4C or 0x50);

    public static string Class(int number) => number switch
    {
        0x01 => "identity",
        0x02 => "message-router",
        0x03 => "devicenet",
        0x04 => "assembly",
        0x05 => "connection",
        0x06 => "connection-manager",
        0x07 => "register",
        0x08 => "discrete-input-point",
        0x09 => "discrete-output-point",
        0x0A => "analog-input-point",
        0x0B => "analog-output-point",
        0x0F => "parameter",
        0x10 => "parameter-group",
        0x37 => "file",
        0x43 => "time-sync",
        0x47 => "device-level-ring",
        0x48 => "qos",
        0x67 => "pccc",
        0x68 => "program",
        0x6B => "symbol",
        0x6C => "template",
        0x8B => "wall-clock-time",
        0xF4 => "port",
        0xF5 => "tcp-ip-interface",
        0xF6 => "ethernet-link",
        _ => "class-0x" + number.ToString("x2", CultureInfo.InvariantCulture),
    };

    public static string? DeviceType(int type) => type switch
    {
        0x00 => "Generic Device",
        0x02 => "AC Drive",
        0x03 => "Motor Overload",
        0x04 => "Limit Switch",
        0x05 => "Inductive Proximity Switch",
        0x06 => "Photoelectric Sensor",
        0x07 => "General Purpose Discrete I/O",
        0x0C => "Communications Adapter",
        0x0E => "Programmable Logic Controller",
        0x10 => "Position Controller",
        0x13 => "DC Drive",
        0x15 => "Contactor",
        0x16 => "Motor Starter",
        0x18 => "Human-Machine Interface",
        0x1A => "Mass Flow Controller",
        0x1B => "Pneumatic Valve",
        0x22 => "Encoder",
        0x2B => "Generic Device",
        0x2C => "Managed Switch",
        _ => null,
    };

    /// <summary>A few makers by the number that ODVA gave them; null for others.</summary>
    public static string? Vendor(int number) => number switch
    {
        1 => "Rockwell Automation/Allen-Bradley",
        40 => "WAGO",
        47 => "OMRON",
        90 => "HMS Industrial Networks",
        243 => "Schneider Electric",
        283 => "Hilscher",
        _ => null,
    };
}
