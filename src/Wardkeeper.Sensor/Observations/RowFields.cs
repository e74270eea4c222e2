using System.Buffers;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// Where the fields of a row lie. Who writes a row notes them as it goes (<see cref="JsonRows"/>); a row that came as bytes is walked
/// over when it is first asked. Detectors ask one row after the other for many fields: those of the row that was asked last are kept,
/// one row per thread, so that nothing is allocated for it.
/// </summary>
internal sealed class RowFields
{
    private static readonly SearchValues<byte> Nesting = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ValueEnds = SearchValues.Create(",]} \t\r\n"u8);

    /// <summary>Length of a value that was noted: it ends where the next field begins.</summary>
    private const int ToTheNext = -1;

    [ThreadStatic]
    private static RowFields? ofThread;

    private TransactionRow? row;
    private (int NameAt, int NameLength, int ValueAt, int ValueLength)[] fields = new (int, int, int, int)[64];
    private int count, began;

    /// <summary>What a reader made of the row.</summary>
    public (Delegate Reader, object? Made)? Reading { get; set; }

    /// <summary>The fields of a row.</summary>
    public static RowFields Of(TransactionRow row)
    {
        if (row.Written is { } written) return written;
        RowFields fields = ofThread ??= new RowFields();
        if (!ReferenceEquals(fields.row, row)) fields.Take(row);
        return fields;
    }

    /// <summary>A row is about to be written.</summary>
    /// <param name="at">Where its first byte will lie.</param>
    public void Begin(int at) => (began, count, Reading) = (at, 0, null);

    /// <summary>The name of a field was written.</summary>
    /// <param name="nameLength">Bytes of the name.</param>
    /// <param name="valueAt">Where its value will lie, behind quotation mark and colon.</param>
    public void Note(int nameLength, int valueAt)
    {
        if (count == fields.Length) Array.Resize(ref fields, count * 2);
        int at = valueAt - began;
        fields[count++] = (at - nameLength - 2, nameLength, at, ToTheNext);
    }

    /// <summary>The bytes of a value, with the quotation marks of a text; empty when there is none of that name.</summary>
    /// <param name="asked">The row whose fields these are.</param>
    /// <param name="name">Name of the field.</param>
    public ReadOnlySpan<byte> Find(TransactionRow asked, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> json = asked.Json.Span;
        for (int i = 0; i < count; i++)
        {
            (int nameAt, int nameLength, int valueAt, int valueLength) = fields[i];
            if (nameLength != name.Length || !json.Slice(nameAt, nameLength).SequenceEqual(name)) continue;
            if (valueLength != ToTheNext) return json.Slice(valueAt, valueLength);
            // A comma and a quotation mark lie before the next name, a brace behind the last value.
            return json[valueAt..(i + 1 < count ? fields[i + 1].NameAt - 2 : json.Length - 1)];
        }
        return default;
    }

    /// <summary>Walks over one JSON object; what is none ends the walk.</summary>
    private void Take(TransactionRow asked)
    {
        (row, count, Reading) = (asked, 0, null);
        ReadOnlySpan<byte> json = asked.Json.Span;
        int at = Next(json, 0, (byte)'{');
        while (at >= 0 && (at = Next(json, at, (byte)'"')) >= 0)
        {
            // Names of fields hold nothing that is escaped.
            int nameAt = at, nameLength = json[at..].IndexOf((byte)'"');
            if (nameLength < 0 || (at = Next(json, nameAt + nameLength + 1, (byte)':')) < 0) return;
            while (at < json.Length && IsSpace(json[at])) at++;
            int length = ValueLength(json[at..]);
            if (length <= 0) return;
            if (count == fields.Length) Array.Resize(ref fields, count * 2);
            fields[count++] = (nameAt, nameLength, at, length);
            at = Next(json, at + length, (byte)',');
        }
    }

    /// <summary>Behind a mark that is the next thing but white space; -1 when something else comes.</summary>
    private static int Next(ReadOnlySpan<byte> json, int at, byte mark)
    {
        while (at < json.Length && IsSpace(json[at])) at++;
        return at < json.Length && json[at] == mark ? at + 1 : -1;
    }

    /// <summary>How long the value at the beginning is; 0 or less when it has no end.</summary>
    private static int ValueLength(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return 0;
        if (json[0] == (byte)'"') return TextLength(json);
        if (json[0] is not ((byte)'{' or (byte)'[')) return json.IndexOfAny(ValueEnds);
        int at = 0, depth = 0;
        do
        {
            int next = json[at..].IndexOfAny(Nesting);
            if (next < 0) return 0;
            at += next;
            byte mark = json[at];
            int length = mark == (byte)'"' ? TextLength(json[at..]) : 1;
            if (length == 0) return 0;
            at += length;
            if (mark is (byte)'{' or (byte)'[') depth++;
            else if (mark is (byte)'}' or (byte)']') depth--;
        }
        while (depth > 0);
        return at;
    }

    /// <summary>Length of a text with both quotation marks; 0 when it has no end.</summary>
    private static int TextLength(ReadOnlySpan<byte> json)
    {
        int at = 1;
        while (true)
        {
            int next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return 0;
            at += next + 1;
            if (json[at - 1] == (byte)'"') return at;
            if (++at > json.Length) return 0;
        }
    }

    private static bool IsSpace(byte one) => one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
