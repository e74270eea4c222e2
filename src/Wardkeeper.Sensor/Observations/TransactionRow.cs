using System.Text;
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
    /// <summary>Where its fields lie, as its writer noted; null for a row that came as bytes. Gone like the bytes when the writer goes on.</summary>
    internal RowFields? Written { get; init; }

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
        ReadOnlySpan<byte> value = RowFields.Of(this).Find(this, name);
        return value.IsEmpty || value[0] != (byte)'"' ? null : TextOf(value);
    }

    /// <summary>Whether a text field says just this; no text is made for it.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="text">ASCII without quotation mark and backslash.</param>
    public bool Says(ReadOnlySpan<byte> name, string text)
    {
        ReadOnlySpan<byte> value = RowFields.Of(this).Find(this, name);
        return !value.IsEmpty && value[0] == (byte)'"' && Ascii.Equals(value[1..^1], text);
    }

    /// <summary>The JSON of a field's value; empty when the row has none of that name.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> name) => RowFields.Of(this).Find(this, name);

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
            if (reader.TokenType == JsonTokenType.String) all.Add(reader.ValueIsEscaped || !Ascii.IsValid(reader.ValueSpan) ? reader.GetString()! : RecentTexts.OfAscii(reader.ValueSpan));
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
        if (RowFields.Of(this).Reading is { } kept && kept.Reader == (Delegate)read) return (T?)kept.Made;
        T? made = read(this);
        RowFields.Of(this).Reading = (read, made);
        return made;
    }

    /// <summary>A reader that stands on the value of a field.</summary>
    private bool Find(ReadOnlySpan<byte> name, out Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> value = RowFields.Of(this).Find(this, name);
        reader = new Utf8JsonReader(value);
        return !value.IsEmpty && reader.Read();
    }

    /// <summary>The text between quotation marks. Most are plain and were met before.</summary>
    private static string TextOf(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> text = value[1..^1];
        if (!text.Contains((byte)'\\') && Ascii.IsValid(text)) return RecentTexts.OfAscii(text);
        Utf8JsonReader reader = new(value);
        reader.Read();
        return reader.GetString()!;
    }
}
