using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Hub.Detection;

namespace Wardkeeper.Hub.Admission;

/// <summary>The words of admission's reasons in both languages, from <c>admission-reasons.tsv</c>.</summary>
public static class AdmissionTexts
{
    private static readonly FrozenDictionary<string, (string English, string Chinese)> All =
        HubTable.Rows("admission-reasons.tsv").ToFrozenDictionary(cells => cells[0], cells => (cells[1], cells[2]), StringComparer.Ordinal);

    /// <summary>All keys.</summary>
    public static IEnumerable<string> Keys => All.Keys;

    /// <summary>A reason as people read it; its key when it has no text (stored by a newer version).</summary>
    public static string Of(AdmissionReason reason, bool chinese) =>
        All.TryGetValue(reason.Key, out (string English, string Chinese) text) ? string.Format(CultureInfo.InvariantCulture, chinese ? text.Chinese : text.English, reason.Value ?? "") : reason.Key;
}
