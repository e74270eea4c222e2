using System.Collections.Frozen;

namespace Wardkeeper.Sensor.Checks;

/// <summary>The checks' words in both languages, from <c>sensor-checks.tsv</c>: key, English, Chinese.</summary>
internal static class SensorCheckTexts
{
    private static readonly FrozenDictionary<string, (string English, string Chinese)> All = Load();

    /// <summary>All keys, for the test that holds both languages complete.</summary>
    public static IEnumerable<string> Keys => All.Keys;

    /// <summary>A text in the wanted language.</summary>
    public static string Get(string key, bool chinese) => chinese ? All[key].Chinese : All[key].English;

    private static FrozenDictionary<string, (string, string)> Load()
    {
        using StreamReader reader = new(typeof(SensorCheckTexts).Assembly.GetManifestResourceStream("sensor-checks.tsv")!);
        Dictionary<string, (string, string)> texts = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            texts.Add(cells[0], (cells[1], cells[2]));
        }
        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
