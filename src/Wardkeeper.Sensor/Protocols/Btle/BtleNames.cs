using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Protocols.Btle;

/// <summary>Names of assigned numbers (bluetooth.com, "Assigned Numbers"); makers in the table beside this file.</summary>
internal static class BtleNames
{
    private static readonly FrozenDictionary<int, string> Companies =
        EmbeddedRows.Of("btle-companies.tsv").ToFrozenDictionary(static row => int.Parse(row[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), static row => row[1]);

    /// <summary>Maker by its number; null if it is not in the table.</summary>
    public static string? Company(int number) => Companies.GetValueOrDefault(number);

    /// <summary>A service as its number, with its name if it is one that tells what a device is.</summary>
    public static string Service(ushort number)
    {
        string? name = number switch
        {
            0x1808 => "glucose",
            0x1809 => "health-thermometer",
            0x180A => "device-information",
            0x180D => "heart-rate",
            0x180F => "battery",
            0x1810 => "blood-pressure",
            0x1812 => "human-interface-device",
            0x181B => "body-composition",
            0x181D => "weight-scale",
            0x181F => "continuous-glucose-monitoring",
            0x1822 => "pulse-oximeter",
            0x183A => "insulin-delivery",
            0x1840 => "generic-health-sensor",
            _ => null,
        };
        return name is null ? string.Create(CultureInfo.InvariantCulture, $"0x{number:x4}") : string.Create(CultureInfo.InvariantCulture, $"0x{number:x4} {name}");
    }

    /// <summary>What a device says to look like: the category, in the upper ten bits.</summary>
    public static string Appearance(ushort number) => (number >> 6) switch
    {
        0 => "unknown",
        1 => "phone",
        2 => "computer",
        3 => "watch",
        8 => "tag",
        12 => "thermometer",
        13 => "heart-rate-sensor",
        14 => "blood-pressure-meter",
        15 => "human-interface-device",
        16 => "glucose-meter",
        41 => "hearing-aid",
        49 => "pulse-oximeter",
        50 => "weight-scale",
        52 => "continuous-glucose-monitor",
        53 => "insulin-pump",
        54 => "medication-delivery",
        55 => "spirometer",
        int category => string.Create(CultureInfo.InvariantCulture, $"category-{category}"),
    };

    /// <summary>Name of a characteristic that describes the device as a text; null for all others.</summary>
    public static string? DeviceText(ushort characteristic) => characteristic switch
    {
        0x2A00 => "device-name",
        0x2A24 => "model-number",
        0x2A25 => "serial-number",
        0x2A26 => "firmware-revision",
        0x2A27 => "hardware-revision",
        0x2A28 => "software-revision",
        0x2A29 => "manufacturer-name",
        _ => null,
    };

    /// <summary>Version of the specification that a controller keeps to.</summary>
    public static string Version(byte number) => number switch
    {
        6 => "4.0",
        7 => "4.1",
        8 => "4.2",
        9 => "5.0",
        10 => "5.1",
        11 => "5.2",
        12 => "5.3",
        13 => "5.4",
        14 => "6.0",
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown-{number}"),
    };

    /// <summary>Device type of the taxonomy that a service stands for; null if it does not settle one.</summary>
    public static string? TypeOf(string service) => service[..6] switch
    {
        "0x1808" or "0x181f" => "glucose-meter",
        "0x1810" => "blood-pressure-meter",
        "0x181d" or "0x181b" => "body-scale",
        _ => null,
    };
}
