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

    private RowFields? fields;

    /// <summary>A text field; null when the row has none of that name.</summary>
    public string? Text(ReadOnlySpan<byte> name) => Find(name, out Utf8JsonReader reader) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    /// <summary>A whole number; null when the row has none of that name.</summary>
    public long? Number(ReadOnlySpan<byte> name) => Find(name, out Utf8JsonReader reader) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value : null;

    /// <summary>Yes or no; null when the row has no flag of that name.</summary>
    public bool? Flag(ReadOnlySpan<byte> name) => Find(name, out Utf8JsonReader reader) && reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : null;

    /// <summary>A number that may have a fraction; null when the row has none of that name.</summary>
    public double? Real(ReadOnlySpan<byte> name) => Find(name, out Utf8JsonReader reader) && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value) ? value : null;

    /// <summary>A list of texts; empty when the row has none of that name.</summary>
    public IReadOnlyList<string> Texts(ReadOnlySpan<byte> name)
    {
        if (!Find(name, out Utf8JsonReader reader) || reader.TokenType != JsonTokenType.StartArray) return [];
        List<string> all = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String) all.Add(reader.GetString()!);
            else reader.Skip();
        }
        return all;
    }

    /// <summary>A list of whole numbers; empty when the row has none of that name.</summary>
    public IReadOnlyList<long> Numbers(ReadOnlySpan<byte> name)
    {
        if (!Find(name, out Utf8JsonReader reader) || reader.TokenType != JsonTokenType.StartArray) return [];
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value)) numbers.Add(value);
        return numbers;
    }

    /// <summary>What a reader makes of the row, made once: several detectors ask for the same reading. One kind of reading is kept, the last.</summary>
    /// <param name="read">The reader; gives null when the row is nothing for it.</param>
    public T? Reading<T>(Func<TransactionRow, T?> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        fields ??= RowFields.Of(Json.Span);
        if (fields.Reading is { } kept && kept.Reader == (Delegate)read) return (T?)kept.Made;
        T? made = read(this);
        fields.Reading = (read, made);
        return made;
    }

    /// <summary>A reader that stands on the value of a field.</summary>
    private bool Find(ReadOnlySpan<byte> name, out Utf8JsonReader reader)
    {
        // Many ask one row for many fields: where they lie is looked up once.
        fields ??= RowFields.Of(Json.Span);
        if (fields.Find(Json.Span, name) is not ( >= 0 and var at, var length))
        {
            reader = default;
            return false;
        }
        reader = new Utf8JsonReader(Json.Span.Slice(at, length));
        return reader.Read();
    }

    /// <summary>Where the fields of a row lie. Two rows do not differ by whether somebody has asked.</summary>
    private sealed class RowFields
    {
        public (Delegate Reader, object? Made)? Reading { get; set; }

        private readonly List<(int NameAt, int NameLength, int ValueAt, int ValueLength)> all = [];

        public static RowFields Of(ReadOnlySpan<byte> json)
        {
            RowFields fields = new();
            Utf8JsonReader reader = new(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // Behind the quotation mark; names of fields hold nothing that is escaped.
                int nameAt = (int)reader.TokenStartIndex + 1, nameLength = reader.ValueSpan.Length;
                reader.Read();
                int valueAt = (int)reader.TokenStartIndex;
                reader.Skip();
                fields.all.Add((nameAt, nameLength, valueAt, (int)reader.BytesConsumed - valueAt));
            }
            return fields;
        }

        public (int At, int Length) Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
        {
            foreach ((int nameAt, int nameLength, int valueAt, int valueLength) in all)
            {
                if (nameLength == name.Length && json.Slice(nameAt, nameLength).SequenceEqual(name)) return (valueAt, valueLength);
            }
            return (-1, 0);
        }

        public override bool Equals(object? obj) => obj is RowFields;

        public override int GetHashCode() => 0;
    }
}
