using System.Text.Json;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Single values of a small JSON object that a protocol carries.</summary>
internal static class JsonText
{
    private const int Longest = 128;

    /// <summary>The text or number of a member of the object, at whatever depth, as far as the object is well formed; null when it has none.</summary>
    public static string? Value(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        Utf8JsonReader reader = new(json, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name)) continue;
                if (!reader.Read()) return null;
                if (reader.TokenType == JsonTokenType.String) return Cut(reader.GetString());
                if (reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False) return ShortText.Of(reader.ValueSpan, Longest);
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // What came before the mistake was looked at.
        }
        return null;
    }

    private static string? Cut(string? text) => text is { Length: > Longest } ? text[..Longest] : text;
}
