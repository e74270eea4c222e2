namespace Wardkeeper.Sensor.Tests.Captures;

/// <summary>A log that Zeek or one of its packages wrote of a capture: rows of fields by name.</summary>
internal static class BaselineLog
{
    /// <summary>The rows of a log below <c>captures</c>; times that were blotted out stay as they are.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string relative)
    {
        string[] lines = File.ReadAllLines(SharedFiles.Path("captures/" + relative));
        string[] fields = lines.First(line => line.StartsWith("#fields\t", StringComparison.Ordinal)).Split('\t')[1..];
        return [.. lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => (IReadOnlyDictionary<string, string>)fields.Zip(line.Split('\t')).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))];
    }
}
