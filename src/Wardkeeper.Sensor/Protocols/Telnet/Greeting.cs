using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>What the greetings of device servers tell in lines of label and value, as those of Moxa's and Lantronix' consoles do (public banners; nmap's service probes).</summary>
internal sealed class Greeting
{
    private Greeting()
    {
    }

    public string? Model { get; private set; }

    public string? Vendor { get; private set; }

    public string? Serial { get; private set; }

    public string? Firmware { get; private set; }

    public MacAddress Mac { get; private set; }

    /// <summary>Whether text begins the set-up console of a Lantronix device server.</summary>
    public static bool IsSetup(ReadOnlySpan<byte> text) => text.TrimStart("\r\n* "u8).StartsWith("MAC address 00"u8) || text.TrimStart("\r\n* "u8).StartsWith("Lantronix "u8);

    /// <summary>Reads a greeting.</summary>
    public static Greeting Of(string? banner)
    {
        Greeting greeting = new();
        foreach (string line in (banner ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (After(line, "Model name") is { } model) greeting.Model ??= model;
            else if (After(line, "Serial No") is { } serial) greeting.Serial ??= serial;
            else if (After(line, "Firmware version") is { } firmware) greeting.Firmware ??= firmware;
            else if (After(line, "Software version") is { } software) greeting.Firmware ??= software;
            else if (After(line, "MAC address") is { } mac && greeting.Mac.IsNone) greeting.Mac = MacOf(mac);
            if (line.Contains("Lantronix", StringComparison.Ordinal) || line.Contains("Setup Mode", StringComparison.Ordinal)) greeting.Vendor = "Lantronix";
        }
        if (greeting.Model?.StartsWith("NPort", StringComparison.OrdinalIgnoreCase) == true) greeting.Vendor = "Moxa";
        return greeting;
    }

    private static string? After(string line, string label)
    {
        if (!line.StartsWith(label, StringComparison.OrdinalIgnoreCase)) return null;
        string value = line[label.Length..].TrimStart('.', ' ', '\t', ':').Trim();
        return value.Length is 0 or > 64 ? null : value;
    }

    private static MacAddress MacOf(string text)
    {
        string digits = text.Split(' ')[0].Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 12 && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) && new MacAddress(value) is { IsGroup: false } mac ? mac : default;
    }
}
