namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Rows of an embedded table: tab-separated, lines that begin with # are comments.</summary>
internal static class EmbeddedRows
{
    public static IEnumerable<string[]> Of(string resource)
    {
        using Stream stream = typeof(EmbeddedRows).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The table {resource} is not embedded.");
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line.Split('\t');
        }
    }
}
