using Microsoft.Win32.SafeHandles;

namespace Wardkeeper.Lab.Site;

/// <summary>
/// The mounts of a program. <c>ip netns exec</c> gives every program a mount namespace of its own, which all that it starts shares,
/// however it leaves its process group and session. The namespace is held open: the kernel gives the number of one that is gone to
/// the next, which would be a stranger's.
/// </summary>
internal sealed class MountNamespace : IDisposable
{
    private readonly SafeFileHandle held;
    private readonly string name;

    private MountNamespace(SafeFileHandle held, string name) => (this.held, this.name) = (held, name);

    /// <summary>Holds the mount namespace of a process; null when that is gone, or still has the lab's own.</summary>
    public static MountNamespace? Of(int process)
    {
        SafeFileHandle? held = null;
        try
        {
            held = File.OpenHandle($"/proc/{process}/ns/mnt", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            string? name = new FileInfo($"/proc/self/fd/{held.DangerousGetHandle()}").LinkTarget;
            if (name is not null && name != NameOf(Environment.ProcessId)) return new MountNamespace(held, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
        }
        held?.Dispose();
        return null;
    }

    /// <summary>Kills every process that is in it.</summary>
    public void Kill()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int process) && NameOf(process) == name) NamespacePrograms.Signal(process, kill: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private static string? NameOf(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/mnt").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
