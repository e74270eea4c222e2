using System.Text.Json;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// One transaction as it leaves the sensor: when, in which flow, and the line of JSON that <c>analyze --out --key</c> writes for
/// it. Patients in it are keyed hashes. Detectors and the history read this record and nothing else of the wire.
/// </summary>
/// <param name="Log">The log it belongs to, for example <c>dns</c>.</param>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Began">When it began; the row's <c>ts</c>.</param>
/// <param name="Flow">The flow it was said in; null for link-layer frames.</param>
/// <param name="Json">The row, one JSON object without a line end.</param>
public sealed record TransactionRow(string Log, CaptureTime At, CaptureTime Began, FlowView? Flow, ReadOnlyMemory<byte> Json)
{
    /// <summary>Makes the row of a transaction.</summary>
    /// <param name="transaction">What was said.</param>
    /// <param name="rows">Writes it; must render patients as hashes. Emptied before and after.</param>
    public static TransactionRow Of(Transaction transaction, JsonRows rows)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(rows);
        rows.Clear();
        rows.Line(transaction);
        byte[] json = rows.Written.TrimEnd((byte)'\n').ToArray();
        rows.Clear();
        return new TransactionRow(transaction.Log, transaction.At, transaction.Began ?? transaction.At, transaction.Flow, json);
    }

    /// <summary>A text field; null when the row has none of that name.</summary>
    public string? Text(ReadOnlySpan<byte> name)
    {
        Utf8JsonReader reader = new(Json.Span);
        return Find(ref reader, name) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>A whole number; null when the row has none of that name.</summary>
    public long? Number(ReadOnlySpan<byte> name)
    {
        Utf8JsonReader reader = new(Json.Span);
        return Find(ref reader, name) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value : null;
    }

    /// <summary>Yes or no; null when the row has no flag of that name.</summary>
    public bool? Flag(ReadOnlySpan<byte> name)
    {
        Utf8JsonReader reader = new(Json.Span);
        return Find(ref reader, name) && reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : null;
    }

    /// <summary>A number that may have a fraction; null when the row has none of that name.</summary>
    public double? Real(ReadOnlySpan<byte> name)
    {
        Utf8JsonReader reader = new(Json.Span);
        return Find(ref reader, name) && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value) ? value : null;
    }

    /// <summary>A list of texts; empty when the row has none of that name.</summary>
    public IReadOnlyList<string> Texts(ReadOnlySpan<byte> name)
    {
        Utf8JsonReader reader = new(Json.Span);
        if (!Find(ref reader, name) || reader.TokenType != JsonTokenType.StartArray) return [];
        List<string> all = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String) all.Add(reader.GetString()!);
            else reader.Skip();
        }
        return all;
    }

    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals(name);
            reader.Read();
            if (found) return true;
            reader.Skip();
        }
        return false;
    }
}
