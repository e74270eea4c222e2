using System.Text.Json;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>What several detectors read from a row beside single values.</summary>
internal static class RowFacts
{
    /// <summary>The texts of a list; none when the row has no list of that name.</summary>
    public static IReadOnlyList<string> Texts(this TransactionRow row, ReadOnlySpan<byte> name)
    {
        Utf8JsonReader reader = new(row.Json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.StartArray)
            {
                List<string> texts = [];
                while (reader.Read() && reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
                return texts;
            }
            reader.Skip();
        }
        return [];
    }

    /// <summary>The addresses of a list; what is none is passed by.</summary>
    public static IEnumerable<Address> Addresses(this TransactionRow row, ReadOnlySpan<byte> name) =>
        row.Texts(name).Select(text => Address.TryParse(text, out Address address) ? address : default).Where(address => !address.IsNone);

    /// <summary>Where a row was said.</summary>
    public static Findings.Evidence Evidence(this TransactionRow row) => new(row.At, string.IsNullOrEmpty(row.Flow?.Uid) ? null : row.Flow.Uid, row.Flow?.FirstPacket ?? 0, row.Log);
}
