using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wardkeeper.Lab.Truth;

/// <summary>A file of JSON, one object a line: UTF-8, line feeds, fields in the order in which they are written.</summary>
internal static class TruthFile
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one row for each item.</summary>
    public static async Task WriteAsync<T>(string path, IEnumerable<T> items, Action<Utf8JsonWriter, T> write, CancellationToken cancel)
    {
        await using FileStream file = File.Create(path);
        foreach (T item in items)
        {
            await using (Utf8JsonWriter row = new(file, Options))
            {
                row.WriteStartObject();
                write(row, item);
                row.WriteEndObject();
                await row.FlushAsync(cancel);
            }
            file.WriteByte((byte)'\n');
        }
    }

    /// <summary>Writes a moment as all of the program's files do: seconds since 1970 with six decimals.</summary>
    public static void WriteMoment(this Utf8JsonWriter row, string name, long microseconds)
    {
        row.WritePropertyName(name);
        row.WriteRawValue(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{microseconds / 1_000_000}.{microseconds % 1_000_000:000000}"));
    }

    /// <summary>Writes texts as an array.</summary>
    public static void WriteTexts(this Utf8JsonWriter row, string name, IEnumerable<string> texts)
    {
        row.WriteStartArray(name);
        foreach (string text in texts) row.WriteStringValue(text);
        row.WriteEndArray();
    }

    /// <summary>Writes a text unless there is none.</summary>
    public static void WriteOptional(this Utf8JsonWriter row, string name, string? text)
    {
        if (text is not null) row.WriteString(name, text);
    }
}
