using System.Text;

namespace Wardkeeper.Analyze;

/// <summary>A plain table with columns as wide as their content; ideographs count as two columns.</summary>
internal sealed class TextTable(params string[] heads)
{
    private readonly List<string[]> rows = [heads];
    private readonly bool[] right = new bool[heads.Length];

    public void AlignRight(params int[] columns)
    {
        foreach (int column in columns) right[column] = true;
    }

    /// <summary>Lines so far, the heads included.</summary>
    public int Count => rows.Count;

    public void Add(params string[] cells) => rows.Add(cells);

    public void Write(TextWriter into)
    {
        int[] widths = [.. Enumerable.Range(0, heads.Length).Select(column => rows.Max(row => Width(row[column])))];
        foreach (string[] row in rows)
        {
            StringBuilder line = new("  ");
            for (int column = 0; column < row.Length; column++)
            {
                string space = new(' ', widths[column] - Width(row[column]));
                line.Append(right[column] ? space + row[column] : row[column] + space).Append("  ");
            }
            into.WriteLine(line.ToString().TrimEnd());
        }
    }

    /// <summary>Columns a character takes on a terminal.</summary>
    public static int Width(Rune rune) => rune.Value is >= 0x1100 and (<= 0x115F or >= 0x2E80 and <= 0xA4CF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60 or >= 0xFFE0 and <= 0xFFE6 or >= 0x20000 and <= 0x3FFFD) ? 2 : 1;

    private static int Width(string text) => text.EnumerateRunes().Sum(Width);
}
