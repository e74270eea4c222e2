using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.GeSrtp;

/// <summary>Names of services, as Wireshark's contributed dissector and the paper "Leveraging the SRTP protocol" (DFRWS 2017) give them.</summary>
internal static class GeSrtpNames
{
    /// <summary>Highest number of a service.</summary>
    public const int Most = 0x61;

    private static readonly string[] Services =
    [
        "plc-short-status", "plc-long-status", "plc-memory-usage", "return-control-program-name", "read-system-memory", "read-task-memory", "read-program-block-memory",
        "write-system-memory", "write-task-memory", "write-program-block-memory", "define-symbol", "delete-symbol", "read-system-memory-symbolic", "read-task-memory-symbolic",
        "read-program-block-memory-symbolic", "write-system-memory-symbolic", "write-task-memory-symbolic", "write-program-block-memory-symbolic", "resolve-system-memory-name",
        "resolve-task-memory-name", "resolve-program-block-memory-name", "establish-datagram", "update-datagram", "cancel-datagram", "format-disk", "open-file", "close-file",
        "create-file", "unlink-file", "read-file", "write-file", "seek-file", "programmer-logon", "change-privilege-level", "set-controller-id", "set-plc-state", "set-plc-time",
        "return-plc-time", "return-program-block-sizes", "return-program-block-list", "store-program-block",
    ];

    /// <summary>A service's name, or its number where it is told of by none.</summary>
    public static string Service(int code) => code < Services.Length ? Services[code] : code switch
    {
        0x2B or 0x2C => "load-program-block",
        0x2A => "store-program",
        0x2D => "verify-program-block",
        0x2E => "delete-program-block",
        0x31 => "clear-configuration",
        0x35 => "clear-all-memory",
        0x36 => "clear-reference-memory",
        0x37 => "clear-logic-memory",
        0x38 => "return-fault-table",
        0x39 => "clear-fault-table",
        0x3F => "store-program",
        0x40 => "load-program",
        0x41 => "change-program",
        0x43 => "return-controller-type-and-id",
        0x44 => "toggle-force-system-memory",
        0x4F => "session-control",
        0x61 => "return-features-supported",
        _ => "service-" + code.ToString("x2", CultureInfo.InvariantCulture),
    };

    /// <summary>Whether a service changes something.</summary>
    public static bool IsWrite(int code) => code is (>= 0x07 and <= 0x0B) or (>= 0x0F and <= 0x11) or 0x18 or 0x1B or 0x1C or 0x1E or (>= 0x22 and <= 0x24) or 0x28 or 0x2A
        or 0x2E or 0x2F or (>= 0x31 and <= 0x33) or (>= 0x35 and <= 0x37) or 0x39 or 0x3D or 0x3F or 0x41 or 0x44 or 0x4B or 0x52 or 0x54 or 0x57 or 0x5A;
}
