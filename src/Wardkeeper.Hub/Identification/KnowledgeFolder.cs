namespace Wardkeeper.Hub.Identification;

/// <summary>A site's additions: every <c>.tsv</c> and <c>.bundle</c> in a folder, in the order of their names, and the trusted keys in <c>signers.txt</c>.</summary>
public static class KnowledgeFolder
{
    /// <summary>Name of the folder in the data folder.</summary>
    public const string Name = "knowledge";

    /// <summary>File of the keys that are trusted, one a line.</summary>
    public const string SignersFile = "signers.txt";

    /// <summary>Whether a file of this name is read.</summary>
    public static bool IsRead(string name) => Path.GetExtension(name) is ".tsv" or ".bundle";

    /// <summary>The public keys that are trusted, as the second line of a bundle has them.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The list cannot be read.</exception>
    public static IReadOnlyList<string> Signers(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string list = Path.Combine(folder, SignersFile);
        return File.Exists(list) ? [.. File.ReadLines(list).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')] : [];
    }

    /// <summary>What lies in a folder, in the order in which it counts; a folder that is not there has nothing.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<KnowledgeSource> Sources(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder)) return [];
        IReadOnlyList<string> trusted = Signers(folder);
        return [.. Directory.EnumerateFiles(folder).Where(IsRead).Where(path => Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal).Select(path => Source(path, trusted))];
    }

    /// <summary>What is shipped with a site's files. What is wrong with one leaves it out as a whole.</summary>
    public static KnowledgeBase BaseOf(IReadOnlyList<KnowledgeSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return sources.All(source => source.Entries.Count == 0) ? KnowledgeBase.Shipped : KnowledgeBase.Shipped.With(sources.SelectMany(source => source.Entries));
    }

    private static KnowledgeSource Source(string path, IReadOnlyList<string> trusted)
    {
        string name = Path.GetFileName(path);
        try
        {
            return new FileInfo(path).Length > KnowledgeFile.MaxBytes
                ? new KnowledgeSource(name, [], KnowledgeSeal.None, null, [$"{name}: is larger than {KnowledgeFile.MaxBytes >> 20} MB"])
                : KnowledgeSource.Of(File.ReadAllBytes(path), name, trusted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KnowledgeSource(name, [], KnowledgeSeal.None, null, [$"{name}: cannot be read: {e.Message}"]);
        }
    }
}
