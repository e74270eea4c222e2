using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Wlan;

/// <summary>Names of numbers in management frames.</summary>
internal static class WlanNames
{
    /// <summary>How a station is authenticated. IEEE 802.11, 9.4.1.1.</summary>
    public static string Algorithm(int number) => number switch
    {
        0 => "open",
        1 => "shared-key",
        2 => "fast-transition",
        3 => "sae",
        4 or 5 or 6 => "fils",
        _ => Unknown(number),
    };

    /// <summary>Why somebody is thrown out or leaves. IEEE 802.11, table 9-49.</summary>
    public static string Reason(int code) => code switch
    {
        1 => "unspecified",
        2 => "authentication-invalid",
        3 => "leaving",
        4 => "inactivity",
        5 => "access-point-full",
        6 => "frame-before-authentication",
        7 => "frame-before-association",
        8 => "leaving-for-another",
        9 => "not-authenticated",
        13 => "invalid-element",
        14 => "wrong-integrity-check",
        15 => "handshake-timeout",
        16 => "group-handshake-timeout",
        17 => "handshake-differs",
        18 => "invalid-group-cipher",
        19 => "invalid-pairwise-cipher",
        20 => "invalid-key-management",
        23 => "802.1x-failed",
        24 => "cipher-rejected",
        34 => "poor-channel",
        36 => "leaving",
        45 => "peer-does-not-support-cipher",
        _ => Unknown(code),
    };

    private static string Unknown(int number) => string.Create(CultureInfo.InvariantCulture, $"unknown-{number}");
}
