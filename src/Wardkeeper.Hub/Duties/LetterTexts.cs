using System.Collections.Frozen;
using System.Globalization;

namespace Wardkeeper.Hub.Duties;

/// <summary>The words of letters in both languages, from <c>letters.tsv</c>: key, English, Chinese.</summary>
internal static class LetterTexts
{
    private static readonly FrozenDictionary<string, (string English, string Chinese)> All = Detection.HubTable.Rows("letters.tsv").ToFrozenDictionary(cells => cells[0], cells => (cells[1], cells[2]), StringComparer.Ordinal);

    /// <summary>A text with its places filled in.</summary>
    public static string Format(string key, bool chinese, params object[] values) => string.Format(CultureInfo.InvariantCulture, chinese ? All[key].Chinese : All[key].English, values);
}

/// <summary>Short notes in plain words: what a type of finding means for whoever works with the device, and what she can do. From <c>awareness.tsv</c>.</summary>
public static class Awareness
{
    private static readonly FrozenDictionary<string, (string English, string Chinese)> All = Detection.HubTable.Rows("awareness.tsv").ToFrozenDictionary(cells => cells[0], cells => (cells[1], cells[2]), StringComparer.Ordinal);

    /// <summary>The note on a type; null when there is none, which is so for what concerns the sensor alone.</summary>
    public static string? Of(string type, bool chinese) => All.TryGetValue(type, out (string English, string Chinese) note) ? chinese ? note.Chinese : note.English : null;
}
