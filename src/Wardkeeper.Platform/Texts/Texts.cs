using System.Collections.Frozen;
using System.Globalization;

namespace Wardkeeper.Platform;

/// <summary>The commands' words in both languages, from <c>texts.tsv</c>: key, English, Chinese.</summary>
internal static class Texts
{
    private static readonly FrozenDictionary<string, (string English, string Chinese)> All = Load();

    /// <summary>All keys, for the test that holds both languages complete.</summary>
    public static IEnumerable<string> Keys => All.Keys;

    /// <summary>Whether this process's person reads Chinese.</summary>
    public static bool IsChinese => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";

    /// <summary>A text in the wanted language.</summary>
    public static string Get(string key, bool chinese) => chinese ? All[key].Chinese : All[key].English;

    /// <summary>A text with its places filled in.</summary>
    public static string Format(string key, bool chinese, params object[] values) => string.Format(CultureInfo.InvariantCulture, Get(key, chinese), values);

    private static FrozenDictionary<string, (string, string)> Load()
    {
        using StreamReader reader = new(typeof(Texts).Assembly.GetManifestResourceStream("platform-texts.tsv")!);
        Dictionary<string, (string, string)> texts = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            texts[cells[0]] = (cells[1], cells[2]);
        }
        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
