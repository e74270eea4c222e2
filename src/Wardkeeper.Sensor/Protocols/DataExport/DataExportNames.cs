using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.DataExport;

/// <summary>Names of codes. Data Export guide, chapters 5 and 7, without prefixes.</summary>
internal static class DataExportNames
{
    public const int SystemCreated = 0x0D06, ConnectIndication = 0x0D17, Poll = 0x0C16, ExtendedPoll = 0xF13B;

    /// <summary>Object classes: NOM_MOC_….</summary>
    public static string Class(int code) => code switch
    {
        0x0006 => "numeric",
        0x0009 => "wave",
        0x0005 => "enumeration",
        0x0021 => "system",
        0x002A => "patient-demographics",
        0x0036 => "alert-monitor",
        _ => Number("class", code),
    };

    /// <summary>Attribute groups: NOM_ATTR_GRP_….</summary>
    public static string Group(int code) => code switch
    {
        0x0000 => "all",
        0x0801 => "alert",
        0x0803 => "observed-values",
        0x0807 => "demographics",
        0x080A => "application",
        0x080B => "identification",
        0x080C => "production",
        0x0810 => "static-context",
        0x0811 => "dynamic-context",
        _ => Number("group", code),
    };

    /// <summary>Errors of remote operations: chapter 5, RemoteOperationError.</summary>
    public static string Error(int code) => code switch
    {
        0 => "no-such-object-class",
        1 => "no-such-object-instance",
        2 => "access-denied",
        7 => "get-list-error",
        8 => "set-list-error",
        9 => "no-such-action",
        10 => "processing-failure",
        15 => "invalid-argument-value",
        16 => "invalid-scope",
        17 => "invalid-object-instance",
        _ => Number("error", code),
    };

    /// <summary>Commands other than event reports and actions.</summary>
    public static string Command(int code) => code switch
    {
        3 => "get",
        4 or 5 => "set",
        _ => Number("command", code),
    };

    private static string Number(string kind, int code) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{code:x4}");
}
