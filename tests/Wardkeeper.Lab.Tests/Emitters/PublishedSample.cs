namespace Wardkeeper.Lab.Tests.Emitters;

/// <summary>Files of the collection of published captures and reference data, which lies beside the checkout and is not part of it.</summary>
internal static class PublishedSample
{
    /// <summary>Full path of a file. Without the collection the test is skipped with the reason; with CI=true it fails.</summary>
    public static string Path(string relative)
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Checkout.Root)!, "shared", relative);
        if (File.Exists(path)) return path;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", $"needs shared/{relative}");
        Assert.Fail($"needs shared/{relative}");
        return path;
    }
}
