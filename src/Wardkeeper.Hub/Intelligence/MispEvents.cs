using System.Globalization;
using System.Text.Json;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>Attributes of MISP's events, those of objects among them, that are meant for detection (<c>to_ids</c>) and were not deleted. MISP core format, section 2.4.</summary>
internal static class MispEvents
{
    /// <summary>Reads an event, a list of events, or an answer of MISP's interface.</summary>
    public static void Read(JsonElement root, IndicatorReading reading)
    {
        reading.Format = "misp";
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("response", out JsonElement response)) root = response;
        if (root.ValueKind == JsonValueKind.Array)
        {
            int number = 0;
            foreach (JsonElement one in root.EnumerateArray()) One($"[{number++}]", one, reading);
        }
        else One("Event", root, reading);
    }

    private static void One(string place, JsonElement holder, IndicatorReading reading)
    {
        if (holder.ValueKind != JsonValueKind.Object || (holder.TryGetProperty("Event", out JsonElement inner) ? inner : holder) is not { ValueKind: JsonValueKind.Object } told || !(told.TryGetProperty("Attribute", out _) || told.TryGetProperty("Object", out _)))
        {
            reading.Wrong(place, "is no event of MISP: it has neither \"Attribute\" nor \"Object\"");
            return;
        }
        string organisation = told.TryGetProperty("Orgc", out JsonElement made) && made.ValueKind == JsonValueKind.Object ? Text(made, "name") ?? "MISP" : "MISP", info = Text(told, "info") ?? "";
        Indicator common = new(default, "") { Source = organisation, Says = info };
        Attributes(place, told, common, reading);
        if (!told.TryGetProperty("Object", out JsonElement objects) || objects.ValueKind != JsonValueKind.Array) return;
        int number = 0;
        foreach (JsonElement one in objects.EnumerateArray()) Attributes($"{place}.Object[{number++}]", one, common, reading);
    }

    private static void Attributes(string place, JsonElement holder, Indicator common, IndicatorReading reading)
    {
        if (holder.ValueKind != JsonValueKind.Object || !holder.TryGetProperty("Attribute", out JsonElement attributes) || attributes.ValueKind != JsonValueKind.Array) return;
        int number = -1;
        foreach (JsonElement one in attributes.EnumerateArray())
        {
            string at = $"{place}.Attribute[{++number}]";
            if (reading.IsHopeless) return;
            if (Text(one, "type") is not { } type || Text(one, "value") is not { } value) reading.Wrong(at, "has no \"type\" or no \"value\"");
            else if (Yes(one, "deleted")) reading.Pass("revoked");
            else if (!Yes(one, "to_ids")) reading.Pass("not-for-detection");
            else Attribute(at, type, value, common with { From = reading.Time(at, Text(one, "first_seen") ?? Text(one, "timestamp")), Until = reading.Time(at, Text(one, "last_valid")) }, reading);
        }
    }

    /// <summary>Attributes of two parts name both of them, as <c>domain|ip</c> does.</summary>
    private static void Attribute(string place, string type, string value, Indicator common, IndicatorReading reading)
    {
        string[] types = type.Split('|'), values = value.Split('|');
        bool isKnown = false;
        for (int i = 0; i < types.Length && i < values.Length; i++)
        {
            if (KindOf(types[i]) is not { } kind) continue;
            isKnown = true;
            reading.Add(place, common with { Kind = kind, Value = values[i] });
        }
        if (!isKnown) reading.Pass("other");
    }

    private static IndicatorKind? KindOf(string type) => type switch
    {
        "ip-src" or "ip-dst" or "ip" => IndicatorKind.Address,
        "domain" or "hostname" => IndicatorKind.Domain,
        "url" => IndicatorKind.Url,
        "sha256" => IndicatorKind.FileHash,
        "md5" => IndicatorKind.FileMd5,
        "sha1" => IndicatorKind.FileSha1,
        "ja3-fingerprint-md5" => IndicatorKind.Ja3,
        "ja4-fingerprint" or "ja4" => IndicatorKind.Ja4,
        "x509-fingerprint-sha256" => IndicatorKind.Certificate,
        _ => null,
    };

    private static bool Yes(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => value.TryGetInt32(out int number) && number != 0,
        JsonValueKind.String => value.GetString() is "1" or "true",
        _ => false,
    };

    private static string? Text(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement value) ? value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out long number) => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    } : null;
}
