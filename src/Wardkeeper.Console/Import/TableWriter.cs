using System.Globalization;
using System.Text;
using MiniExcelLibs;

namespace Wardkeeper.Console.Import;

/// <summary>
/// Writes tables for people's spreadsheets: CSV as UTF-8 with a byte order mark, so that Excel shows Chinese, and XLSX. A cell that a
/// spreadsheet would run as a formula is written as text.
/// </summary>
internal static class TableWriter
{
    /// <summary>Writes csv or xlsx; for xlsx the stream must be able to seek.</summary>
    public static Task WriteAsync(Stream into, string format, IReadOnlyList<string> headings, IAsyncEnumerable<IReadOnlyList<string?>> rows, CancellationToken cancel = default) =>
        format == "csv" ? CsvAsync(into, headings, rows, cancel) : XlsxAsync(into, headings, rows, cancel);

    /// <summary>Writes CSV (RFC 4180).</summary>
    public static async Task CsvAsync(Stream into, IReadOnlyList<string> headings, IAsyncEnumerable<IReadOnlyList<string?>> rows, CancellationToken cancel = default)
    {
        await using StreamWriter writer = new(into, new UTF8Encoding(true), 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(Line(headings));
        await foreach (IReadOnlyList<string?> row in rows.WithCancellation(cancel)) await writer.WriteLineAsync(Line(row));
    }

    /// <summary>Writes XLSX. Every cell is text, so nothing is computed when the file is opened.</summary>
    public static async Task XlsxAsync(Stream into, IReadOnlyList<string> headings, IAsyncEnumerable<IReadOnlyList<string?>> rows, CancellationToken cancel = default)
    {
        List<IDictionary<string, object?>> table = [];
        await foreach (IReadOnlyList<string?> row in rows.WithCancellation(cancel))
        {
            Dictionary<string, object?> line = new(StringComparer.Ordinal);
            for (int i = 0; i < headings.Count; i++) line[Unique(headings, i)] = i < row.Count ? row[i] : null;
            table.Add(line);
        }
        if (table.Count == 0) table.Add(headings.Select((_, i) => Unique(headings, i)).ToDictionary(heading => heading, object? (_) => null));
        await into.SaveAsAsync(table, cancellationToken: cancel);
    }

    /// <summary>A cell that no spreadsheet takes for a formula: one that begins with = + - @ or a blank control gets an apostrophe; plain numbers stay.</summary>
    public static string Harmless(string? cell)
    {
        if (string.IsNullOrEmpty(cell)) return "";
        if (cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠' && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) return "'" + cell;
        return cell;
    }

    private static string Unique(IReadOnlyList<string> headings, int i)
    {
        int before = 0;
        for (int j = 0; j < i; j++) before += headings[j] == headings[i] ? 1 : 0;
        return before == 0 ? headings[i] : $"{headings[i]} ({before + 1})";
    }

    private static string Line(IReadOnlyList<string?> cells)
    {
        StringBuilder line = new();
        for (int i = 0; i < cells.Count; i++)
        {
            if (i > 0) line.Append(',');
            string cell = Harmless(cells[i]);
            if (cell.AsSpan().IndexOfAny(",\"\r\n") < 0) line.Append(cell);
            else line.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        return line.ToString();
    }
}
