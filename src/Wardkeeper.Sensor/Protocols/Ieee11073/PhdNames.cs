using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Ieee11073;

/// <summary>Names of codes. IEEE 11073-20601, annex A and ISO/IEEE 11073-10101.</summary>
internal static class PhdNames
{
    /// <summary>AssociateResult. A.8.</summary>
    public static string Outcome(int code) => code switch
    {
        0 => "accepted",
        1 => "rejected-permanent",
        2 => "rejected-transient",
        3 => "accepted-unknown-config",
        4 => "rejected-no-common-protocol",
        5 => "rejected-no-common-parameter",
        6 => "rejected-unknown",
        7 => "rejected-unauthorized",
        8 => "rejected-unsupported-assoc-version",
        _ => Number("result", code),
    };

    /// <summary>Abort-reason and release reasons. A.8.</summary>
    public static string Reason(int code) => code switch
    {
        0 => "undefined",
        1 => "buffer-overflow",
        2 => "response-timeout",
        3 => "configuration-timeout",
        _ => Number("reason", code),
    };

    /// <summary>What a remote operation is for. A.10: the choices of DATA-apdu.</summary>
    public static string Operation(int choice) => (choice & 0xFF) switch
    {
        0 or 1 => "event-report",
        3 => "get",
        4 or 5 => "set",
        6 or 7 => "action",
        _ => Number("operation", choice),
    };

    /// <summary>Event types: MDC_NOTI_….</summary>
    public static string Event(int code) => code switch
    {
        0x0D1C => "configuration",
        0x0D1D => "scan-report-fixed",
        0x0D1E => "scan-report-var",
        0x0D1F => "scan-report-mp-fixed",
        0x0D20 => "scan-report-mp-var",
        0x0D21 => "segment-data",
        >= 0x0D22 and <= 0x0D27 => "scanner-unbuffered",
        >= 0x0D28 and <= 0x0D2D => "scanner-buffered",
        _ => Number("event", code),
    };

    /// <summary>Answer to a configuration: ConfigResult. A.11.</summary>
    public static string Configuration(int code) => code switch
    {
        0 => "accepted-config",
        1 => "unsupported-config",
        2 => "standard-config-unknown",
        _ => Number("result", code),
    };

    /// <summary>Actions: MDC_ACT_….</summary>
    public static string Action(int code) => code switch
    {
        0x0C0C => "clear-segments",
        0x0C0D => "get-segment-info",
        0x0C17 => "set-time",
        0x0C1B => "data-request",
        0x0C1C => "trigger-segment-transfer",
        _ => Number("action", code),
    };

    /// <summary>What a specialisation is for, and its device type in the words of the taxonomy where that has one: MDC_DEV_SPEC_PROFILE_….</summary>
    public static (string Name, string? Type) Specialisation(int code) => code switch
    {
        4100 => ("pulse-oximeter", null),
        4102 => ("ecg", "ecg-recorder"),
        4103 => ("blood-pressure", "blood-pressure-meter"),
        4104 => ("thermometer", null),
        4111 => ("scale", "body-scale"),
        4113 => ("glucose", "glucose-meter"),
        4137 => ("cardiovascular-fitness", null),
        4138 => ("strength-fitness", null),
        4167 => ("activity-hub", null),
        4168 => ("medication-monitor", null),
        _ => (Number("profile", code), null),
    };

    /// <summary>Specialisation of a standard configuration: hundreds as in the numbers of the 104xx standards. 20601, 8.7.6.2.</summary>
    public static int StandardConfiguration(int id) => (id / 100) switch
    {
        4 => 4100,
        6 => 4102,
        7 => 4103,
        8 => 4104,
        15 => 4111,
        17 => 4113,
        _ => 0,
    };

    private static string Number(string kind, int code) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{code}");
}
