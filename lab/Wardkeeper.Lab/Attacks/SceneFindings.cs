namespace Wardkeeper.Lab.Attacks;

/// <summary>Which findings tell of which scene; <c>scenes.tsv</c>.</summary>
internal static class SceneFindings
{
    private static readonly Dictionary<string, string[]> All = Load();

    /// <summary>Types of finding that tell of a scene, any of them; none for a benign twin.</summary>
    public static IReadOnlyList<string> Of(string scene) => All.GetValueOrDefault(scene, []);

    private static Dictionary<string, string[]> Load()
    {
        using StreamReader reader = new(typeof(SceneFindings).Assembly.GetManifestResourceStream("scenes.tsv")!);
        Dictionary<string, string[]> all = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#' && line.Split('\t') is [var scene, var types]) all[scene] = types.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        return all;
    }
}
