using System.Collections.Frozen;
using System.Globalization;

namespace Wardkeeper.Hub.Findings;

/// <summary>The words of findings in both languages, from <c>findings.tsv</c>: key, English, Chinese.</summary>
public static class FindingTexts
{
    private static readonly FrozenDictionary<string, (string English, string Chinese)> All = Load();

    /// <summary>All keys.</summary>
    public static IEnumerable<string> Keys => All.Keys;

    /// <summary>Whether there is a text of that key.</summary>
    public static bool Has(string key) => All.ContainsKey(key);

    /// <summary>A text; the key itself when there is none (a finding stored by a newer version).</summary>
    public static string Get(string key, bool chinese) => All.TryGetValue(key, out (string English, string Chinese) text) ? (chinese ? text.Chinese : text.English) : key;

    /// <summary>A text with its places filled in; places without a value stay empty, and a value <c>@word.…</c> is the text of that key, so that it speaks the reader's language.</summary>
    public static string Format(string key, bool chinese, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        object[] values = new object[Math.Max(arguments.Count, 10)];
        for (int i = 0; i < values.Length; i++) values[i] = i < arguments.Count ? Said(arguments[i], chinese) : "";
        return string.Format(CultureInfo.InvariantCulture, Get(key, chinese), values);
    }

    private static string Said(string argument, bool chinese) => argument.StartsWith("@word.", StringComparison.Ordinal) && Has(argument[1..]) ? Get(argument[1..], chinese) : argument;

    /// <summary>What a type of finding is called in lists.</summary>
    public static string NameOfType(string type, bool chinese) => Get(type + ".name", chinese);

    /// <summary>What to do next about a type of finding.</summary>
    public static string NextStep(string type, bool chinese) => Get(type + ".next", chinese);

    /// <summary>What a fact is called.</summary>
    public static string NameOfFact(string fact, bool chinese) => Get("fact." + fact, chinese);

    private static FrozenDictionary<string, (string, string)> Load()
    {
        using StreamReader reader = new(typeof(FindingTexts).Assembly.GetManifestResourceStream("findings.tsv")!);
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
