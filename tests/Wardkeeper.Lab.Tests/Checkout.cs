namespace Wardkeeper.Lab.Tests;

/// <summary>Where the tests run.</summary>
internal static class Checkout
{
    /// <summary>The project's root.</summary>
    public static string Root { get; } = Find();

    /// <summary>Folder of a shipped recording.</summary>
    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Wardkeeper.slnx"))) return at.FullName;
        }
        throw new InvalidOperationException("The tests do not run inside a checkout.");
    }
}
