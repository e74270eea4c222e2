using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Knx;

/// <summary>Names of services, statuses and applications. KNX 03_08_02, 5 and 7; 03_03_07, 3.1.</summary>
internal static class KnxNames
{
    public static string? Service(int service) => service switch
    {
        0x0201 => "search-request",
        0x0202 => "search-response",
        0x0203 => "description-request",
        0x0204 => "description-response",
        0x0205 => "connect-request",
        0x0206 => "connect-response",
        0x0207 => "connectionstate-request",
        0x0208 => "connectionstate-response",
        0x0209 => "disconnect-request",
        0x020A => "disconnect-response",
        0x020B => "search-request-extended",
        0x020C => "search-response-extended",
        0x0310 => "device-configuration-request",
        0x0311 => "device-configuration-ack",
        0x0420 => "tunnelling-request",
        0x0421 => "tunnelling-ack",
        0x0422 => "tunnelling-feature-get",
        0x0423 => "tunnelling-feature-response",
        0x0424 => "tunnelling-feature-set",
        0x0425 => "tunnelling-feature-info",
        0x0530 => "routing-indication",
        0x0531 => "routing-lost-message",
        0x0532 => "routing-busy",
        0x0533 => "routing-system-broadcast",
        0x0740 => "remote-diagnostic-request",
        0x0741 => "remote-diagnostic-response",
        0x0742 => "remote-basic-configuration-request",
        0x0743 => "remote-reset-request",
        0x0950 => "secure-wrapper",
        0x0951 => "session-request",
        0x0952 => "session-response",
        0x0953 => "session-authenticate",
        0x0954 => "session-status",
        0x0955 => "timer-notify",
        _ => null,
    };

    /// <summary>Whether the server says it.</summary>
    public static bool IsAnswer(int service) => service is 0x0202 or 0x0204 or 0x0206 or 0x0208 or 0x020A or 0x020C or 0x0423 or 0x0425 or 0x0741 or 0x0952 or 0x0954;

    /// <summary>A status; null for none.</summary>
    public static string? Status(byte status) => status switch
    {
        0 => null,
        0x01 => "host-protocol-type",
        0x02 => "version-not-supported",
        0x04 => "sequence-number",
        0x21 => "connection-id",
        0x22 => "connection-type",
        0x23 => "connection-option",
        0x24 => "no-more-connections",
        0x26 => "data-connection",
        0x27 => "knx-connection",
        0x29 => "tunnelling-layer",
        _ => "0x" + status.ToString("x2", CultureInfo.InvariantCulture),
    };

    public static string Medium(byte medium) => medium switch { 0x02 => "tp1", 0x04 => "pl110", 0x10 => "rf", 0x20 => "ip", _ => "0x" + medium.ToString("x2", CultureInfo.InvariantCulture) };

    /// <summary>What a telegram asks of its receiver.</summary>
    public static string Application(int code) => (code >> 6) switch
    {
        0 => "group-value-read",
        1 => "group-value-response",
        2 => "group-value-write",
        3 => "individual-address-write",
        4 => "individual-address-read",
        5 => "individual-address-response",
        6 => "adc-read",
        7 => "adc-response",
        8 => "memory-read",
        9 => "memory-response",
        10 => "memory-write",
        12 => "device-descriptor-read",
        13 => "device-descriptor-response",
        14 => "restart",
        _ => code switch
        {
            0x3D1 => "authorize-request",
            0x3D2 => "authorize-response",
            0x3D3 => "key-write",
            0x3D5 => "property-value-read",
            0x3D6 => "property-value-response",
            0x3D7 => "property-value-write",
            0x3D8 => "property-description-read",
            0x3D9 => "property-description-response",
            0x3F1 => "secure",
            _ => "application-0x" + code.ToString("x3", CultureInfo.InvariantCulture),
        },
    };

    /// <summary>Address of a device on the bus: area, line, device.</summary>
    public static string Individual(int address) => string.Create(CultureInfo.InvariantCulture, $"{address >> 12}.{(address >> 8) & 15}.{address & 255}");

    /// <summary>Address of a group: main, middle and sub group.</summary>
    public static string Group(int address) => string.Create(CultureInfo.InvariantCulture, $"{(address >> 11) & 31}/{(address >> 8) & 7}/{address & 255}");
}
