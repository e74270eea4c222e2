using System.Globalization;
using System.Text.Json;

namespace Wardkeeper.Tests.Oracles;

/// <summary>Reads Zeek's tab-separated logs, and shows our rows' values as Zeek writes them.</summary>
internal static class ZeekLog
{
    /// <summary>All logs of this name that lie beside shared captures, with the capture each was made from.</summary>
    public static IEnumerable<(string Capture, string Log)> Find(string folder, string log) =>
        Directory.EnumerateFiles(folder, log + ".log", SearchOption.AllDirectories)
            .Where(path => path.Contains(".zeek" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .Select(path => (path[..path.IndexOf(".zeek" + Path.DirectorySeparatorChar, StringComparison.Ordinal)], path)).OrderBy(pair => pair.path, StringComparer.Ordinal);

    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string log)
    {
        string[]? fields = null;
        List<IReadOnlyDictionary<string, string>> rows = [];
        foreach (string line in File.ReadLines(log))
        {
            if (line.StartsWith("#fields\t", StringComparison.Ordinal)) fields = line.Split('\t')[1..];
            else if (line.Length == 0 || line[0] == '#') continue;
            else if (fields is null) fields = line.Split('\t');
            else rows.Add(fields.Zip(line.Split('\t')).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
        }
        return rows;
    }

    /// <summary>One of our values in Zeek's form; intervals have six decimals.</summary>
    public static string Show(JsonElement row, string field, bool isInterval) => row.TryGetProperty(field, out JsonElement value) ? Show(value, isInterval) : "-";

    private static string Show(JsonElement value, bool isInterval) => value.ValueKind switch
    {
        JsonValueKind.True => "T",
        JsonValueKind.False => "F",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "-" : string.Join(',', value.EnumerateArray().Select(one => Show(one, isInterval))),
        JsonValueKind.Number when isInterval => value.GetDouble().ToString("F6", CultureInfo.InvariantCulture),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
