namespace Wardkeeper.Architecture.Tests;

/// <summary>The sources as they lie in the checkout.</summary>
internal static class Checkout
{
    /// <summary>The project's root.</summary>
    public static string Root { get; } = Find();

    /// <summary>All C# files below some folders of the root, without what builds leave behind; paths relative to the root.</summary>
    public static IEnumerable<string> Sources(params string[] folders) => folders
        .Select(folder => Path.Combine(Root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal))
        // Written by the migration tool.
        .Where(path => !path.StartsWith("src/Wardkeeper.Storage/Migrations/Sqlite/", StringComparison.Ordinal) && !path.StartsWith("src/Wardkeeper.Storage/Migrations/Postgres/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    /// <summary>The lines of a file, by its path relative to the root.</summary>
    public static string[] Lines(string relative) => File.ReadAllLines(Path.Combine(Root, relative));

    /// <summary>Entries of a list beside the tests: first word of a line, the reason after it; a line without a reason is refused.</summary>
    public static IReadOnlyDictionary<string, string> Exceptions(string file)
    {
        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        foreach (string line in Lines("tests/Wardkeeper.Architecture.Tests/" + file))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split(' ', 2);
            Assert.True(cells.Length == 2 && cells[1].Trim().Length > 10, $"{file}: \"{line}\" gives no reason");
            entries[cells[0]] = cells[1];
        }
        return entries;
    }

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Wardkeeper.slnx"))) return at.FullName;
        }
        throw new InvalidOperationException("The tests do not run inside a checkout.");
    }
}
