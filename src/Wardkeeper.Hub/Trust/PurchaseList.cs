namespace Wardkeeper.Hub.Trust;

/// <summary>The list of a purchase order: serial number, maker, model on each line, between tabs or commas; <c>#</c> begins a remark.</summary>
public static class PurchaseList
{
    /// <summary>Reads it. Nothing is judged here: <see cref="ITrustCommands.ExpectAsync"/> says what is wrong.</summary>
    /// <param name="text">The list.</param>
    public static IReadOnlyList<(string Serial, string? Maker, string? Model)> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.TrimStart('\uFEFF').Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line =>
        {
            string[] cells = line.Split(line.Contains('\t', StringComparison.Ordinal) ? '\t' : ',', StringSplitOptions.TrimEntries);
            return (cells[0], Cell(cells, 1), Cell(cells, 2));
        })];
    }

    private static string? Cell(string[] cells, int at) => cells.Length > at && cells[at].Length > 0 ? cells[at] : null;
}
