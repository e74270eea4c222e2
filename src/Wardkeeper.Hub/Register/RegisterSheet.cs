namespace Wardkeeper.Hub.Register;

/// <summary>A table as it lay in a file: headings and rows of text.</summary>
/// <param name="Headings">The first row.</param>
/// <param name="Rows">The others, with their number in the file (the headings are row 1).</param>
/// <param name="Format">What the file was: "xlsx", "xls", "csv (UTF-8)", "csv (GB18030)" …</param>
public sealed record RegisterTable(IReadOnlyList<string> Headings, IReadOnlyList<(int Number, IReadOnlyList<string> Cells)> Rows, string Format);

/// <summary>One row of a register, read.</summary>
/// <param name="Number">Its number in the file.</param>
/// <param name="Values">Value by field.</param>
/// <param name="Problems">What could not be taken.</param>
public sealed record RegisterRow(int Number, IReadOnlyDictionary<string, string> Values, IReadOnlyList<RegisterProblem> Problems);

/// <summary>Something in a register that cannot be taken.</summary>
/// <param name="Row">Row in the file, 0 for the file as a whole.</param>
/// <param name="Column">Number of the column from 1, 0 for the row as a whole.</param>
/// <param name="Heading">The column's heading.</param>
/// <param name="Code">What, in kebab case; its text says what to do.</param>
/// <param name="Cell">What the cell says, cut to 80 characters.</param>
public sealed record RegisterProblem(int Row, int Column, string Heading, string Code, string Cell);

/// <summary>A register read with a mapping: rows that can be taken, and every mistake at once.</summary>
public sealed class RegisterSheet
{
    private RegisterSheet(IReadOnlyList<RegisterRow> rows, IReadOnlyList<RegisterProblem> problems) => (Rows, Problems) = (rows, problems);

    /// <summary>All rows, those with problems too.</summary>
    public IReadOnlyList<RegisterRow> Rows { get; }

    /// <summary>All problems, in the order of rows and columns.</summary>
    public IReadOnlyList<RegisterProblem> Problems { get; }

    /// <summary>Reads every cell.</summary>
    /// <param name="table">The file's table.</param>
    /// <param name="mapping">A field or null for each column.</param>
    public static RegisterSheet Read(RegisterTable table, IReadOnlyList<string?> mapping)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(mapping);
        RegisterColumn?[] columns = [.. mapping.Select(field => field is null ? null : RegisterColumns.Of(field))];
        Dictionary<(string Field, string Value), int> once = [];
        List<RegisterRow> rows = [];
        List<RegisterProblem> problems = [];
        foreach ((int number, IReadOnlyList<string> cells) in table.Rows)
        {
            Dictionary<string, string> values = new(StringComparer.Ordinal);
            List<RegisterProblem> wrong = [];
            for (int i = 0; i < columns.Length && i < cells.Count; i++)
            {
                if (columns[i] is not { } column) continue;
                string? code = RegisterValues.Read(column, cells[i], out string? value);
                if (code is null && value is not null && column.Field is "assetTag" or "mac" && value is not null && !once.TryAdd((column.Field, value), number)) code = "repeated";
                if (code is not null) wrong.Add(new RegisterProblem(number, i + 1, table.Headings[i], code, Cut(cells[i])));
                else if (value is not null) values[column.Field] = value;
            }
            if (values.Count == 0 && wrong.Count == 0) continue;
            if (wrong.Count == 0 && !values.Keys.Any(field => field is "assetTag" or "serialNumber" or "mac" or "ip" or "name")) wrong.Add(new RegisterProblem(number, 0, "", "nothing-to-know-it-by", ""));
            problems.AddRange(wrong);
            rows.Add(new RegisterRow(number, values, wrong));
        }
        return new RegisterSheet(rows, problems);
    }

    private static string Cut(string cell) => cell.Length <= 80 ? cell : cell[..80] + "…";
}
