using System.Globalization;
using System.Text;
using System.Text.Json;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Analyze;

/// <summary>Lines of <c>rules.ndjson</c>: each rule that was refused, and what each rule that was asked cost, the dearest first.</summary>
internal static class RuleRows
{
    /// <summary>All lines.</summary>
    public static byte[] Lines(RuleSet rules)
    {
        StringBuilder into = new();
        foreach (RuleRefusal refusal in rules.Refusals)
            into.Append(CultureInfo.InvariantCulture, $"{{\"refused\":true,\"signature_id\":{refusal.Sid},\"file\":{Text(refusal.File)},\"line\":{refusal.Line},\"keyword\":{Text(refusal.Keyword)},\"reason\":{Text(refusal.Reason)}}}\n");
        foreach ((long sid, long asked, long matched, long bytes) in rules.Costs())
            into.Append(CultureInfo.InvariantCulture, $"{{\"signature_id\":{sid},\"asked\":{asked},\"matched\":{matched},\"bytes\":{bytes}}}\n");
        return Encoding.UTF8.GetBytes(into.ToString());
    }

    private static string Text(string value) => $"\"{JsonEncodedText.Encode(value)}\"";
}
