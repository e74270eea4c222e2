using System.Collections.Frozen;
using System.Globalization;

namespace Wardkeeper.Hub.Health;

/// <summary>A sentence in both languages.</summary>
/// <param name="English">In English.</param>
/// <param name="Chinese">In Chinese.</param>
public sealed record HealthText(string English, string Chinese)
{
    private static readonly FrozenDictionary<string, HealthText> All = Load();

    /// <summary>All keys of the sentences that are kept with the program.</summary>
    public static IEnumerable<string> Keys => All.Keys;

    /// <summary>In the wanted language.</summary>
    public string In(bool chinese) => chinese ? Chinese : English;

    /// <summary>A sentence of <c>health.tsv</c> with its places filled in.</summary>
    public static HealthText Of(string key, params object[] values) => new(string.Format(CultureInfo.InvariantCulture, All[key].English, values), string.Format(CultureInfo.InvariantCulture, All[key].Chinese, values));

    /// <summary>A sentence of <c>health.tsv</c> as it stands there.</summary>
    public static HealthText Raw(string key) => All[key];

    private static FrozenDictionary<string, HealthText> Load()
    {
        using StreamReader reader = new(typeof(HealthText).Assembly.GetManifestResourceStream("health.tsv")!);
        Dictionary<string, HealthText> texts = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            texts[cells[0]] = new HealthText(cells[1], cells[2]);
        }
        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
