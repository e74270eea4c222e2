namespace Wardkeeper.Sensor.Tests.Captures;

/// <summary>
/// The collection of real captures and reference data that lies beside the checkout (folder <c>shared</c>). It is not part of the
/// project: where it is missing, tests that need it are skipped and counted; with CI=true a missing collection fails them.
/// </summary>
internal static class SharedFiles
{
    private static readonly string? Root = Find();

    /// <summary>Path of the project's root.</summary>
    public static string Project { get; } = FindUp("Wardkeeper.slnx") ?? throw new InvalidOperationException("The tests do not run inside a checkout.");

    /// <summary>Full path of a shared file or folder, for example <c>captures/lab/dicom-day.pcap</c>; skips or fails the test when it is not there.</summary>
    public static string Path(string relative)
    {
        string? path = Root is null ? null : System.IO.Path.Combine(Root, relative);
        if (path is not null && (File.Exists(path) || Directory.Exists(path))) return path;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", $"shared/{relative} is not here");
        throw new FileNotFoundException($"shared/{relative} is needed here and is missing");
    }

    private static string? Find()
    {
        string? project = FindUp("Wardkeeper.slnx");
        string? beside = project is null ? null : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(project)!, "shared");
        return Directory.Exists(beside) ? beside : null;
    }

    private static string? FindUp(string marker)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, marker))) return at.FullName;
        }
        return null;
    }
}
