namespace Wardkeeper.Sensor.Protocols.Slmp;

/// <summary>Names of commands. SLMP reference SH(NA)-080956ENG, 5.3 (list of commands); MELSEC communication protocol reference SH(NA)-080008.</summary>
internal static class SlmpNames
{
    public const int ReadTypeName = 0x0101;

    /// <summary>A command's name; null for a number that is none.</summary>
    public static string? Command(int command) => command switch
    {
        0x0101 => "read-type-name",
        0x0401 => "read",
        0x0403 => "read-random",
        0x0406 => "read-block",
        0x0601 => "extend-unit-read",
        0x0613 => "memory-read",
        0x0619 => "self-test",
        0x0630 => "label-read-random",
        0x0801 => "entry-monitor-device",
        0x0802 => "execute-monitor",
        0x041A => "array-label-read",
        0x041C => "label-read-random",
        0x1001 => "remote-run",
        0x1002 => "remote-stop",
        0x1003 => "remote-pause",
        0x1005 => "remote-latch-clear",
        0x1006 => "remote-reset",
        0x1401 => "write",
        0x1402 => "write-random",
        0x1406 => "write-block",
        0x141A => "array-label-write",
        0x141B => "label-write-random",
        0x1601 => "extend-unit-write",
        0x1613 => "memory-write",
        0x1617 => "clear-error",
        0x1630 => "remote-password-unlock",
        0x1631 => "remote-password-lock",
        0x1810 => "read-directory",
        0x1811 => "search-directory",
        0x1820 => "new-file",
        0x1822 => "delete-file",
        0x1824 => "copy-file",
        0x1825 => "change-file-state",
        0x1826 => "change-file-date",
        0x1827 => "open-file",
        0x1828 => "read-file",
        0x1829 => "write-file",
        0x182A => "close-file",
        0x0E30 => "node-search",
        0x0E31 => "ip-address-set",
        _ => null,
    };

    /// <summary>Whether a command changes the controller, its memory or its files.</summary>
    public static bool IsWrite(int command) => command is >= 0x1001 and <= 0x1006 or >= 0x1401 and <= 0x1613 or 0x1820 or 0x1822 or (>= 0x1824 and <= 0x1826) or 0x1829 or 0x0E31;
}
