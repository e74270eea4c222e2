namespace Wardkeeper.Sensor.Capture;

/// <summary>Finds the files of a folder.</summary>
internal static class CaptureFolder
{
    // Deeper than anybody's archive, shallower than a loop made of mounts.
    private const int Deepest = 64;

    /// <summary>
    /// Paths of all files in a folder and its subfolders, relative to it and in ordinal order. Empty files are left out (pipes look
    /// empty too, and opening one could wait for ever), and links to folders are not followed. A subfolder that cannot be listed is a problem.
    /// </summary>
    public static IReadOnlyList<string> Files(string folder, ProblemList problems)
    {
        List<string> found = [];
        Stack<(string Relative, int Depth)> open = new([("", 0)]);
        while (open.TryPop(out (string Relative, int Depth) at))
        {
            try
            {
                foreach (FileSystemInfo entry in new DirectoryInfo(Path.Combine(folder, at.Relative)).EnumerateFileSystemInfos())
                {
                    string relative = Path.Combine(at.Relative, entry.Name);
                    if (entry is FileInfo file)
                    {
                        if (SizeOf(file) > 0) found.Add(relative);
                    }
                    else if (entry.LinkTarget is null && at.Depth < Deepest)
                    {
                        open.Push((relative, at.Depth + 1));
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.SecurityException)
            {
                problems.Add(new CaptureProblem(Path.Combine(folder, at.Relative), CaptureProblemKind.Unreadable, 0, 0, "the folder cannot be listed: " + CaptureFile.Explain(e)));
            }
        }
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static long SizeOf(FileInfo file)
    {
        try
        {
            return file.LinkTarget is null ? file.Length : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
