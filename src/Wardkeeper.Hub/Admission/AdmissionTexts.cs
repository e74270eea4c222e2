using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Hub.Admission;

/// <summary>The words of admission's reasons in both languages, from <c>admission-reasons.tsv</c>.</summary>
public static class AdmissionTexts
{
    private static readonly FrozenDictionary<string, (string English, string Chinese)> All =
        HubTable.Rows("admission-reasons.tsv").ToFrozenDictionary(cells => cells[0], cells => (cells[1], cells[2]), StringComparer.Ordinal);

    /// <summary>All keys.</summary>
    public static IEnumerable<string> Keys => All.Keys;

    /// <summary>A reason as people read it; its key when it has no text (stored by a newer version).</summary>
    public static string Of(AdmissionReason reason, bool chinese)
    {
        string value = reason is { Key: "cleared" or "safety-holds" or "safety-needs-two", Value: { } told } ? SafetyCheck.Why(told, chinese) : reason.Value ?? "";
        return All.TryGetValue(reason.Key, out (string English, string Chinese) text) ? string.Format(CultureInfo.InvariantCulture, chinese ? text.Chinese : text.English, value) : reason.Key;
    }
}
