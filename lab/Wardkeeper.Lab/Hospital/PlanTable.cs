namespace Wardkeeper.Lab.Hospital;

/// <summary>A table of the plan's data: lines of fields with a heading, <c>-</c> for nothing.</summary>
internal static class PlanTable
{
    /// <summary>All rows of a table.</summary>
    /// <param name="name">Name without the ending, for example <c>slots</c>.</param>
    public static IReadOnlyList<PlanRow> Read(string name)
    {
        using Stream stream = typeof(PlanTable).Assembly.GetManifestResourceStream(name + ".tsv") ?? throw new InvalidOperationException($"the program has no table {name}");
        using StreamReader reader = new(stream);
        string[][] lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => line.Split('\t'))];
        return [.. lines.Skip(1).Select(fields => new PlanRow(lines[0].Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal)))];
    }
}

/// <summary>One row.</summary>
/// <param name="Fields">Its fields by heading.</param>
internal sealed record PlanRow(IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>A field; empty where the table says <c>-</c>.</summary>
    public string this[string heading] => Fields[heading] is "-" ? "" : Fields[heading];

    /// <summary>The words of a field.</summary>
    public IReadOnlyList<string> Words(string heading) => this[heading].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A whole number.</summary>
    public int Number(string heading) => int.Parse(this[heading], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Two whole numbers, least and most.</summary>
    public (int Least, int Most) Range(string heading)
    {
        int[] numbers = [.. this[heading].Split('-').Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }
}
