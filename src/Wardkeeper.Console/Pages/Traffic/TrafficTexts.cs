using System.Globalization;
using System.Text.Json;
using Wardkeeper.Hub.History;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>Values of history as people read them.</summary>
internal static class TrafficTexts
{
    private const int MostFields = 200;
    private static readonly HashSet<string> Elsewhere = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "id", "_path", "log"];

    /// <summary>Protocols of a flow, as filters name them.</summary>
    public static IReadOnlyList<string> Protocols(HistoryFlow flow) => flow.Service is { } service ? service.Split(',') : [flow.Transport == "icmp" ? "icmp" : "-"];

    /// <summary>A length of time in one unit.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.000_999_5 => time.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture) + " µs",
        < 0.999_5 => time.TotalMilliseconds.ToString(time.TotalMilliseconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms",
        < 120 => time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s",
        < 7_200 => time.TotalMinutes.ToString("0", CultureInfo.InvariantCulture) + " min",
        _ => time.TotalHours.ToString("0.0", CultureInfo.InvariantCulture) + " h",
    };

    /// <summary>The fields of a transaction's row with their values, without those that stand elsewhere.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Fields(string json)
    {
        List<KeyValuePair<string, string>> fields = [];
        using JsonDocument row = JsonDocument.Parse(json);
        Add(row.RootElement, "", fields);
        return fields;
    }

    /// <summary>The fields of a transaction's row by name, without those that stand elsewhere.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Values(string json)
    {
        using JsonDocument row = JsonDocument.Parse(json);
        Dictionary<string, JsonElement> values = new(StringComparer.Ordinal);
        foreach (JsonProperty one in row.RootElement.EnumerateObject())
        {
            if (!Elsewhere.Contains(one.Name)) values[one.Name] = one.Value.Clone();
        }
        return values;
    }

    /// <summary>A number as people read it: lengths of time and amounts in their units, by what the field is called.</summary>
    public static string Measure(string field, JsonElement value)
    {
        if (field is "duration" or "rtt" or "response_time" || field.EndsWith("_after", StringComparison.Ordinal)) return Duration(TimeSpan.FromSeconds(value.GetDouble()));
        bool isAmount = field == "bytes" || field.EndsWith("_bytes", StringComparison.Ordinal) || field.EndsWith("_body_len", StringComparison.Ordinal);
        return isAmount && value.TryGetInt64(out long bytes) ? Texts.Formats.Bytes(bytes) : value.GetRawText();
    }

    /// <summary>A value of a row as text.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array when !value.EnumerateArray().Any(one => one.ValueKind is JsonValueKind.Object or JsonValueKind.Array) => string.Join(", ", value.EnumerateArray().Select(Text)),
        JsonValueKind.Array => value.GetArrayLength().ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    private static void Add(JsonElement element, string name, List<KeyValuePair<string, string>> fields)
    {
        if (fields.Count >= MostFields) return;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty one in element.EnumerateObject())
            {
                if (name.Length > 0 || !Elsewhere.Contains(one.Name)) Add(one.Value, name.Length == 0 ? one.Name : $"{name}.{one.Name}", fields);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array && element.EnumerateArray().Any(one => one.ValueKind is JsonValueKind.Object or JsonValueKind.Array))
        {
            int i = 1;
            foreach (JsonElement one in element.EnumerateArray()) Add(one, $"{name}.{(i++).ToString(CultureInfo.InvariantCulture)}", fields);
        }
        else if (element.ValueKind != JsonValueKind.Null)
        {
            fields.Add(KeyValuePair.Create(name, element.ValueKind == JsonValueKind.Array ? string.Join(", ", element.EnumerateArray().Select(Text)) : Text(element)));
        }
    }
}
