namespace Wardkeeper.Lab.Tests;

/// <summary>Says what a test needs beyond the runtime: without it the test is skipped with the reason; with CI=true it fails.</summary>
internal static class Needs
{
    /// <summary>Root and the tool <c>ip</c>, to make network namespaces.</summary>
    public static void Root()
    {
        Hold(Environment.IsPrivilegedProcess, "needs root to make network namespaces");
        Program("ip");
    }

    /// <summary>An installed program.</summary>
    public static void Program(string name) => Hold(Tool.Find(name) is not null, $"needs the program {name}");

    /// <summary>A file of the collection of real captures and reference data beside the checkout; its full path.</summary>
    public static string Shared(string relative)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Wardkeeper.slnx"))) continue;
            string path = Path.Combine(at.Parent!.FullName, "shared", relative);
            Hold(Path.Exists(path), $"needs shared/{relative}");
            return path;
        }
        throw new InvalidOperationException("The tests do not run inside a checkout.");
    }

    private static void Hold(bool met, string reason)
    {
        if (met) return;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.Fail(reason);
    }
}
