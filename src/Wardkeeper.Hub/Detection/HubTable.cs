namespace Wardkeeper.Hub.Detection;

/// <summary>Reads the tables that detectors carry beside them: tab separated, lines that begin with # are comments.</summary>
internal static class HubTable
{
    /// <summary>The rows of a table, cell by cell.</summary>
    public static IEnumerable<string[]> Rows(string name)
    {
        using StreamReader reader = new(typeof(HubTable).Assembly.GetManifestResourceStream(name)!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line.Split('\t');
        }
    }
}
