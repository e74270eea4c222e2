using System.Diagnostics;

namespace Wardkeeper.Lab.Site;

/// <summary>The programs that run in namespaces, found by the namespace and not by who started them, so that none outlives the lab.</summary>
internal static class NamespacePrograms
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Ends all programs in these namespaces: asks first, then kills.</summary>
    public static async Task EndAsync(IReadOnlyCollection<string> names)
    {
        HashSet<string> wanted = [.. names];
        foreach (int process in Running(wanted)) Signal(process, kill: false);
        Stopwatch waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience && Running(wanted).Count > 0) await Task.Delay(50);
        foreach (int process in Running(wanted)) Signal(process, kill: true);
        while (waited.Elapsed < 2 * Patience && Running(wanted).Count > 0) await Task.Delay(20);
    }

    /// <summary>Processes whose network namespace is one of these, the lab's own process excepted.</summary>
    public static IReadOnlyList<int> Running(IReadOnlySet<string> names)
    {
        Dictionary<string, string> inodes = [];
        foreach (string name in names)
        {
            // The file is a bind mount of the namespace: its inode number is the number in the processes' links.
            if (File.Exists("/run/netns/" + name) && Kernel.Of("/run/netns/" + name) is { } inode) inodes[$"net:[{inode}]"] = name;
        }
        List<int> found = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int process) || process == Environment.ProcessId) continue;
            try
            {
                if (new FileInfo(Path.Combine(folder, "ns/net")).LinkTarget is { } target && inodes.ContainsKey(target)) found.Add(process);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }
        return found;
    }

    /// <summary>Asks a process to end, or kills it. Does nothing when it is gone.</summary>
    public static void Signal(int process, bool kill)
    {
        try
        {
            using Process one = Process.GetProcessById(process);
            if (kill) one.Kill();
            else Kernel.Terminate(process);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended meanwhile.
        }
    }
}
