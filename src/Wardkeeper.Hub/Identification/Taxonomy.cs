using System.Collections.Frozen;

namespace Wardkeeper.Hub.Identification;

/// <summary>The two levels of device types, with their names in Chinese and English.</summary>
public static class Taxonomy
{
    private static readonly FrozenDictionary<string, Entry> Types = Load();

    /// <summary>Category of a type, or null when the type is not in the taxonomy.</summary>
    public static string? CategoryOf(string type) => Types.TryGetValue(type, out Entry? entry) && entry.Category != "category" ? entry.Category : null;

    /// <summary>Name of a type or category for people; the value itself when it is not in the taxonomy.</summary>
    /// <param name="value">A type or category, for example <c>infusion-pump</c>.</param>
    /// <param name="chinese">Whether in Chinese.</param>
    public static string NameOf(string value, bool chinese) => Types.TryGetValue(value, out Entry? entry) ? (chinese ? entry.Chinese : entry.English) : value;

    /// <summary>All types.</summary>
    public static IEnumerable<string> AllTypes => Types.Where(pair => pair.Value.Category != "category").Select(pair => pair.Key);

    private static FrozenDictionary<string, Entry> Load()
    {
        using StreamReader reader = new(typeof(Taxonomy).Assembly.GetManifestResourceStream("taxonomy.tsv")!);
        Dictionary<string, Entry> types = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            types[cells[1]] = new Entry(cells[0], cells[2], cells[3]);
        }
        return types.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed record Entry(string Category, string Chinese, string English);
}
