using Microsoft.Win32.SafeHandles;

namespace Wardkeeper.Lab.Site;

/// <summary>
/// The mount namespace of a program. <c>ip netns exec</c> gives every program one of its own, which all that it starts shares,
/// however it leaves its process group and session. It is held open: the kernel gives the number of one that is gone to the next.
/// </summary>
internal sealed class ProgramMounts : IDisposable
{
    private readonly SafeFileHandle held;
    private readonly string name;

    private ProgramMounts(SafeFileHandle held, string name) => (this.held, this.name) = (held, name);

    /// <summary>The mount namespace of a process, or null when it is gone or has the lab's own still.</summary>
    public static ProgramMounts? Of(int process)
    {
        SafeFileHandle? held = null;
        try
        {
            held = File.OpenHandle($"/proc/{process}/ns/mnt");
            string? name = new FileInfo($"/proc/self/fd/{held.DangerousGetHandle()}").LinkTarget;
            if (name is not null && name != NameOf(Environment.ProcessId)) return new ProgramMounts(held, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
        }
        held?.Dispose();
        return null;
    }

    /// <summary>Kills every process that is left in it.</summary>
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
