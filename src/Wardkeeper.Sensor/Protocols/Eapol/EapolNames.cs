using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Eapol;

/// <summary>Names of packets, codes and methods.</summary>
internal static class EapolNames
{
    /// <summary>Type of a packet. IEEE 802.1X, table 11-3.</summary>
    public static string Packet(byte type) => type switch
    {
        0 => "eap",
        1 => "start",
        2 => "logoff",
        3 => "key",
        4 => "alert",
        5 => "mka",
        6 => "announcement",
        7 => "announcement-specific",
        _ => "announcement-request",
    };

    /// <summary>Code of an EAP packet; null if there is no such code. RFC 3748, 4; RFC 6696, 5.3.</summary>
    public static string? Code(byte code) => code switch
    {
        1 => "request",
        2 => "response",
        3 => "success",
        4 => "failure",
        5 => "initiate",
        6 => "finish",
        _ => null,
    };

    /// <summary>Method of a request or an answer. IANA registry "EAP Method Types".</summary>
    public static string Method(int type) => type switch
    {
        1 => "identity",
        2 => "notification",
        3 => "nak",
        4 => "md5",
        5 => "otp",
        6 => "gtc",
        13 => "tls",
        17 => "leap",
        18 => "sim",
        21 => "ttls",
        23 => "aka",
        25 => "peap",
        26 => "mschapv2",
        33 => "tlv",
        43 => "fast",
        47 => "psk",
        48 => "sake",
        49 => "ikev2",
        50 => "aka-prime",
        52 => "pwd",
        53 => "eke",
        55 => "teap",
        254 => "expanded",
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown-{type}"),
    };
}
