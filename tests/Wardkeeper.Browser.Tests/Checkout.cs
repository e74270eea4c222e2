namespace Wardkeeper.Browser.Tests;

/// <summary>Where the sources are.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Wardkeeper.slnx"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("Wardkeeper.slnx");
    }
}
