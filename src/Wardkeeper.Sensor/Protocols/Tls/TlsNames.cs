using System.Collections.Frozen;
using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Names of versions, cipher suites, groups and alerts, as Zeek's ssl log spells them; data in the tsv files beside this one.</summary>
internal static class TlsNames
{
    private static readonly FrozenDictionary<int, string> Suites = Load("cipher-suites.tsv");
    private static readonly FrozenDictionary<int, string> Groups = Load("tls-groups.tsv");
    private static readonly FrozenDictionary<int, string> Alerts = Load("tls-alerts.tsv");

    /// <summary>Name of a cipher suite; <c>unknown-N</c> where there is none.</summary>
    public static string CipherSuite(int value) => Name(Suites, value);

    /// <summary>Name of a curve or another supported group.</summary>
    public static string Group(int value) => Name(Groups, value);

    /// <summary>Name of an alert.</summary>
    public static string Alert(int value) => Name(Alerts, value);

    /// <summary>Whether the alert is a registered one.</summary>
    public static bool IsAlert(int value) => Alerts.ContainsKey(value);

    /// <summary>Name of a protocol version.</summary>
    public static string Version(int value) => value switch
    {
        0x0002 => "SSLv2",
        0x0300 => "SSLv3",
        0x0301 => "TLSv10",
        0x0302 => "TLSv11",
        0x0303 => "TLSv12",
        0x0304 => "TLSv13",
        0x0100 or 0xFEFF => "DTLSv10",
        0xFEFD => "DTLSv12",
        0xFEFC => "DTLSv13",
        >= 0x7F00 and <= 0x7FFF => string.Create(CultureInfo.InvariantCulture, $"TLSv13-draft{value & 0x7F}"),
        _ => Unknown(value),
    };

    private static string Name(FrozenDictionary<int, string> table, int value) => table.TryGetValue(value, out string? name) ? name : Unknown(value);

    private static string Unknown(int value) => string.Create(CultureInfo.InvariantCulture, $"unknown-{value}");

    private static FrozenDictionary<int, string> Load(string resource)
    {
        Dictionary<int, string> table = [];
        foreach (string[] row in EmbeddedRows.Of(resource)) table[int.Parse(row[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)] = row[1];
        return table.ToFrozenDictionary();
    }
}
