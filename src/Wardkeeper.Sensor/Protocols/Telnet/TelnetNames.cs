using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>Options of Telnet and settings of serial lines. IANA registry of Telnet options; RFC 2217, section 3.</summary>
internal static class TelnetNames
{
    public const byte Echo = 1, TerminalType = 24, TerminalSpeed = 32, Display = 35, Authentication = 37, Encrypt = 38, Environment = 39, ComPort = 44, StartTls = 46;

    /// <summary>Whether an option is assigned, or used by programs that are common.</summary>
    public static bool IsOption(byte code) => code is <= 49 or 70 or 85 or 86 or 91 or 93 or >= 138 and <= 140 or 200 or 201 or 255;

    /// <summary>Name of an option.</summary>
    public static string Option(int code) => code switch
    {
        0 => "binary",
        Echo => "echo",
        3 => "suppress-go-ahead",
        5 => "status",
        6 => "timing-mark",
        TerminalType => "terminal-type",
        25 => "end-of-record",
        31 => "window-size",
        TerminalSpeed => "terminal-speed",
        33 => "remote-flow-control",
        34 => "linemode",
        Display => "x-display-location",
        36 => "old-environment",
        Authentication => "authentication",
        Encrypt => "encrypt",
        Environment => "environment",
        40 => "tn3270e",
        ComPort => "com-port-control",
        StartTls => "start-tls",
        _ => string.Create(CultureInfo.InvariantCulture, $"option-{code}"),
    };

    /// <summary>Parity as one letter. RFC 2217, SET-PARITY.</summary>
    public static char Parity(int code) => code switch { 1 => 'N', 2 => 'O', 3 => 'E', 4 => 'M', 5 => 'S', _ => '?' };

    /// <summary>Stop bits. RFC 2217, SET-STOPSIZE.</summary>
    public static string StopBits(int code) => code switch { 1 => "1", 2 => "2", 3 => "1.5", _ => "?" };

    /// <summary>Operating system that a greeting names, or null.</summary>
    public static string? OperatingSystem(string? banner)
    {
        foreach (string line in (banner ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("Linux ", StringComparison.Ordinal)) return "Linux " + line.Split(' ')[1];
            if (line.Contains("Microsoft Telnet", StringComparison.Ordinal)) return "Windows";
            foreach (string name in (string[])["FreeBSD", "NetBSD", "OpenBSD", "SunOS", "VxWorks", "QNX", "HP-UX", "AIX"])
            {
                if (line.Contains(name, StringComparison.Ordinal)) return name;
            }
        }
        return null;
    }
}
