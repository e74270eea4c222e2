using System.Text.Json;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>Indicators of a STIX 2.1 bundle (OASIS STIX 2.1, section 4.7): those in force whose pattern compares values, alone or joined by OR. What they are named after is the identity that made them.</summary>
internal static class StixBundle
{
    /// <summary>Reads a bundle.</summary>
    public static void Read(JsonElement bundle, IndicatorReading reading)
    {
        if (!bundle.TryGetProperty("objects", out JsonElement objects) || objects.ValueKind != JsonValueKind.Array)
        {
            reading.Break("1", "the bundle has no list \"objects\"");
            return;
        }
        reading.Format = "stix";
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (JsonElement one in objects.EnumerateArray())
        {
            if (one.ValueKind == JsonValueKind.Object && Text(one, "type") == "identity" && Text(one, "id") is { } id && Text(one, "name") is { } name) names[id] = name;
        }
        int number = -1;
        foreach (JsonElement one in objects.EnumerateArray())
        {
            number++;
            string place = $"objects[{number}]";
            if (reading.IsHopeless) return;
            if (one.ValueKind != JsonValueKind.Object) reading.Wrong(place, "is no object");
            else if (Text(one, "type") == "indicator") Indicator($"{place} {Text(one, "id")}", one, names, reading);
        }
    }

    private static void Indicator(string place, JsonElement one, Dictionary<string, string> names, IndicatorReading reading)
    {
        if (one.TryGetProperty("revoked", out JsonElement revoked) && revoked.ValueKind == JsonValueKind.True)
        {
            reading.Pass("revoked");
            return;
        }
        if (Text(one, "pattern") is not { } pattern)
        {
            reading.Wrong(place, "has no \"pattern\"");
            return;
        }
        if (Text(one, "pattern_type") is { } language && language != "stix")
        {
            reading.Pass("language");
            return;
        }
        IReadOnlyList<(IndicatorKind? Kind, string Value)>? values = StixPattern.Read(pattern, out string? problem);
        if (problem is not null) reading.Wrong(place, problem);
        if (values is null && problem is null) reading.Pass("pattern");
        Indicator common = new(default, "")
        {
            Source = Text(one, "created_by_ref") is { } maker ? names.GetValueOrDefault(maker, maker) : "STIX",
            Says = Text(one, "name") ?? Text(one, "description") ?? "",
            Confidence = one.TryGetProperty("confidence", out JsonElement sure) && sure.ValueKind == JsonValueKind.Number && sure.TryGetInt32(out int value) ? value : null,
            From = reading.Time(place, Text(one, "valid_from")),
            Until = reading.Time(place, Text(one, "valid_until")),
        };
        foreach ((IndicatorKind? kind, string text) in values ?? [])
        {
            if (kind is { } known) reading.Add(place, common with { Kind = known, Value = text });
            else reading.Pass("other");
        }
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
