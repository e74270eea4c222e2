namespace Wardkeeper.Lab.Commands;

/// <summary>A folder that a command fills.</summary>
internal static class OutputFolder
{
    /// <summary>Refuses what must not be overwritten: a folder with anything in it that is no earlier recording.</summary>
    /// <exception cref="LabException">It holds something else.</exception>
    public static void Check(string folder)
    {
        if (File.Exists(folder)) throw new LabException($"{folder} is a file; name a folder with --out");
        if (!Directory.Exists(folder)) return;
        string[] inside = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!)];
        if (inside.Length > 0 && !inside.Any(name => name.EndsWith(".pcap", StringComparison.Ordinal))) throw new LabException($"{folder} holds other things than a recording; name an empty or a new folder with --out");
    }
}
