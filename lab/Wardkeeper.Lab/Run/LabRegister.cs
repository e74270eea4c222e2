using System.Text.Json;

namespace Wardkeeper.Lab.Run;

/// <summary>
/// Which lab of a name runs on this machine, and where: a lock that the running process holds (it goes with the process, however
/// that ends) and a file that says what other commands must know.
/// </summary>
internal sealed class LabRegister : IDisposable
{
    private const string Folder = "/run/wardkeeper-lab";
    private readonly FileStream held;
    private readonly string name;

    private LabRegister(FileStream held, string name) => (this.held, this.name) = (held, name);

    /// <summary>Takes the name for this process.</summary>
    /// <exception cref="LabException">A lab of this name runs already.</exception>
    public static LabRegister Take(string name)
    {
        Directory.CreateDirectory(Folder);
        return TryLock(name) is { } held
            ? new LabRegister(held, name)
            : throw new LabException($"a lab called {name} runs already{(Find(name) is { } running ? $" (process {running.Process}, seed {running.Settings.Seed})" : "")}; stop it with 'wardkeeper lab down', or give this one another name with --name");
    }

    /// <summary>The running lab of a name, or null.</summary>
    public static RunningLab? Find(string name)
    {
        if (!File.Exists(FileOf(name))) return null;
        using FileStream? free = TryLock(name);
        return free is null ? Announced(name) : null;
    }

    /// <summary>What was left by a lab that did not end by itself: its folder; null when there is nothing.</summary>
    public static string? Leftover(string name) => Announced(name)?.Folder;

    /// <summary>Says what runs.</summary>
    public void Announce(RunningLab running)
    {
        // At once: another process may read it meanwhile.
        string unfinished = FileOf(name) + ".new";
        File.WriteAllText(unfinished, JsonSerializer.Serialize(running));
        File.Move(unfinished, FileOf(name), overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(FileOf(name));
        held.Dispose();
    }

    private static string FileOf(string name) => Path.Combine(Folder, name + ".json");

    private static RunningLab? Announced(string name)
    {
        try
        {
            return File.Exists(FileOf(name)) ? JsonSerializer.Deserialize<RunningLab>(File.ReadAllText(FileOf(name))) : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // The lab is just starting or just ending.
            return null;
        }
    }

    private static FileStream? TryLock(string name)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            return new FileStream(Path.Combine(Folder, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>A lab that runs.</summary>
/// <param name="Process">Process that plays it.</param>
/// <param name="Settings">What was asked for; the date is that of the day it plays.</param>
/// <param name="Folder">Folder of its programs' files and logs.</param>
internal sealed record RunningLab(int Process, LabSettings Settings, string Folder);
