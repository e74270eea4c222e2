namespace Wardkeeper.Hub.Identification;

/// <summary>A site's additions: every <c>.tsv</c> and <c>.bundle</c> in a folder, in the order of their names, and the trusted keys in <c>signers.txt</c>.</summary>
public static class KnowledgeFolder
{
    /// <summary>Name of the folder in the data folder.</summary>
    public const string Name = "knowledge";

    private const string Signers = "signers.txt";

    /// <summary>What is shipped with what lies in a folder; a folder that is not there adds nothing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mistakes">What is wrong with files; those are left out as a whole.</param>
    public static KnowledgeBase Read(string folder, out IReadOnlyList<string> mistakes)
    {
        ArgumentNullException.ThrowIfNull(folder);
        KnowledgeBase knowledge = KnowledgeBase.Shipped;
        List<string> wrong = [];
        mistakes = wrong;
        if (!Directory.Exists(folder)) return knowledge;
        string list = Path.Combine(folder, Signers);
        string[] trusted = File.Exists(list) ? [.. File.ReadLines(list).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')] : [];
        foreach (string path in Directory.EnumerateFiles(folder).Where(path => Path.GetExtension(path) is ".tsv" or ".bundle").Order(StringComparer.Ordinal))
        {
            try
            {
                knowledge = knowledge.WithFile(path, trusted, out IReadOnlyList<string> found);
                wrong.AddRange(found);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                wrong.Add($"{Path.GetFileName(path)}: cannot be read: {e.Message}");
            }
        }
        return knowledge;
    }
}
