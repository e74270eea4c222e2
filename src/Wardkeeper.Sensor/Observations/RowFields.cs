using System.Buffers;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// Where the fields of a row lie. Detectors ask one row after the other for many fields: those of the row that was asked last are
/// kept, one row per thread, so that nothing is allocated for it.
/// </summary>
internal sealed class RowFields
{
    private static readonly SearchValues<byte> Nesting = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ValueEnds = SearchValues.Create(",]} \t\r\n"u8);

    [ThreadStatic]
    private static RowFields? ofThread;

    private TransactionRow? row;
    private (int NameAt, int NameLength, int ValueAt, int ValueLength)[] fields = new (int, int, int, int)[64];
    private int count;

    /// <summary>What a reader made of the row.</summary>
    public (Delegate Reader, object? Made)? Reading { get; set; }

    /// <summary>The fields of a row.</summary>
    public static RowFields Of(TransactionRow row)
    {
        RowFields fields = ofThread ??= new RowFields();
        if (!ReferenceEquals(fields.row, row)) fields.Take(row);
        return fields;
    }

    /// <summary>The bytes of a value, with the quotation marks of a text; empty when there is none of that name.</summary>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> json = row!.Json.Span;
        foreach ((int nameAt, int nameLength, int valueAt, int valueLength) in fields.AsSpan(0, count))
        {
            if (nameLength == name.Length && json.Slice(nameAt, nameLength).SequenceEqual(name)) return json.Slice(valueAt, valueLength);
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
