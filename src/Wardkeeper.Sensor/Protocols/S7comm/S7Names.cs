using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.S7comm;

/// <summary>Names of functions, areas and codes.</summary>
internal static class S7Names
{
    private static readonly NameTable Groups = new("group", "mode-transition programmer cyclic-data block cpu security parameters time - - - - - - - nc-programming");

    /// <summary>Function of a job.</summary>
    public static string Function(byte code) => code switch
    {
        0x00 => "cpu-services",
        0x04 => "read-variable",
        0x05 => "write-variable",
        0x1A => "request-download",
        0x1B => "download-block",
        0x1C => "download-ended",
        0x1D => "start-upload",
        0x1E => "upload",
        0x1F => "end-upload",
        0x28 => "pi-service",
        0x29 => "plc-stop",
        0xF0 => "setup-communication",
        _ => "function-0x" + code.ToString("x2", CultureInfo.InvariantCulture),
    };

    /// <summary>Group of a user data message.</summary>
    public static string Group(int group) => Groups.Of(group) + "-functions";

    /// <summary>Function within a group.</summary>
    public static string? Subfunction(int group, byte code) => (group, code) switch
    {
        (0, 0x00) => "stop",
        (0, 0x01) => "warm-restart",
        (0, 0x02) => "run",
        (0, 0x03) => "hot-restart",
        (0, 0x04) => "hold",
        (0, 0x06) => "cold-restart",
        (1, 0x01) => "request-diagnostic-data",
        (1, 0x02) => "variable-table",
        (1, 0x0C) => "erase",
        (1, 0x0E) => "read-diagnostic-data",
        (1, 0x0F) => "remove-diagnostic-data",
        (1, 0x10) => "forces",
        (1, 0x16) => "flash-led",
        (2, 0x01) => "memory",
        (2, 0x04) => "unsubscribe",
        (3, 0x01) => "list-blocks",
        (3, 0x02) => "list-blocks-of-type",
        (3, 0x03) => "block-info",
        (4, 0x01) => "read-szl",
        (4, 0x02) => "message-service",
        (4, 0x03) => "diagnostic-message",
        (4, 0x05) => "alarm-8-indication",
        (4, 0x06) => "notify-indication",
        (4, 0x09) => "alarm-8-lock",
        (4, 0x0B) => "alarm-acknowledge",
        (4, 0x0C) => "alarm-acknowledge-indication",
        (4, 0x11) => "alarm-s-indication",
        (4, 0x12) => "alarm-sq-indication",
        (4, 0x13) => "alarm-query",
        (5, 0x01) => "password",
        (7, 0x01) => "read-clock",
        (7, 0x02 or 0x04) => "set-clock",
        (7, 0x03) => "read-clock-following",
        _ => "function-0x" + code.ToString("x2", CultureInfo.InvariantCulture),
    };

    /// <summary>Why an item was not read or written; null when it was.</summary>
    public static string? Item(byte code) => code switch
    {
        0xFF => null,
        0x01 => "hardware-error",
        0x03 => "access-not-allowed",
        0x05 => "address-out-of-range",
        0x06 => "data-type-not-supported",
        0x07 => "data-type-inconsistent",
        0x0A => "object-does-not-exist",
        _ => "item-0x" + code.ToString("x2", CultureInfo.InvariantCulture),
    };

    /// <summary>An error's class and code; null for none.</summary>
    public static string? Error(int code) => code == 0 ? null : code switch
    {
        0xD602 or 0xD605 => "wrong-password",
        0xD401 => "no-such-information",
        0xD402 => "no-such-index",
        0xD240 => "coordination-rules-violated",
        0xD241 => "protection-level-too-low",
        0xD209 => "block-not-found",
        0x8104 => "function-not-available",
        0x8304 => "function-not-permitted-in-mode",
        0x8500 => "wrong-length",
        _ => "0x" + code.ToString("x4", CultureInfo.InvariantCulture),
    };

    /// <summary>A variable by its area and address, as programmers write it: <c>DB1.DBX4.0 BYTE 8</c>. Null for other kinds of address.</summary>
    public static string? Variable(ReadOnlySpan<byte> item)
    {
        if (item.Length < 12 || item[2] != 0x10) return null;
        int count = (item[4] << 8) | item[5], block = (item[6] << 8) | item[7], address = (item[9] << 16) | (item[10] << 8) | item[11];
        string area = item[8] switch
        {
            0x03 => "SI",
            0x05 => "SO",
            0x1C => "C",
            0x1D => "T",
            0x80 => "P",
            0x81 => "I",
            0x82 => "Q",
            0x83 => "M",
            0x84 => string.Create(CultureInfo.InvariantCulture, $"DB{block}.DBX"),
            0x85 => string.Create(CultureInfo.InvariantCulture, $"DI{block}.DIX"),
            byte other => string.Create(CultureInfo.InvariantCulture, $"area-0x{other:x2}."),
        };
        string kind = item[3] switch { 1 => "BIT", 2 => "BYTE", 3 => "CHAR", 4 => "WORD", 5 => "INT", 6 => "DWORD", 7 => "DINT", 8 => "REAL", 28 => "COUNTER", 29 => "TIMER", byte other => string.Create(CultureInfo.InvariantCulture, $"type-{other}") };
        return item[8] is 0x1C or 0x1D
            ? string.Create(CultureInfo.InvariantCulture, $"{area}{address} {kind} {count}")
            : string.Create(CultureInfo.InvariantCulture, $"{area}{address >> 3}.{address & 7} {kind} {count}");
    }

    /// <summary>A block by the name it is moved under: <c>_0800001P</c> is <c>OB1</c>.</summary>
    public static string? Block(ReadOnlySpan<byte> name)
    {
        if (name.Length < 9 || name[0] != '_') return name.IsEmpty ? null : Encoding.ASCII.GetString(name[..Math.Min(name.Length, 32)]);
        string? kind = Encoding.ASCII.GetString(name.Slice(1, 2)) switch { "08" => "OB", "0A" => "DB", "0B" => "SDB", "0C" => "FC", "0D" => "SFC", "0E" => "FB", "0F" => "SFB", _ => null };
        return kind is not null && int.TryParse(name.Slice(3, 5), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? string.Create(CultureInfo.InvariantCulture, $"{kind}{number}")
            : Encoding.ASCII.GetString(name[..Math.Min(name.Length, 32)]);
    }

    /// <summary>Operating mode of a CPU, SZL 0x0424.</summary>
    public static string? Mode(byte code) => code switch
    {
        0x01 or 0x02 or 0x03 or 0x04 => "stop",
        0x05 => "cold-restart",
        0x06 => "warm-restart",
        0x07 => "hot-restart",
        0x08 => "run",
        0x0A => "hold",
        0x0D => "defect",
        _ => null,
    };
}
