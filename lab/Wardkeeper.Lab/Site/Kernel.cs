using System.Runtime.InteropServices;

namespace Wardkeeper.Lab.Site;

/// <summary>What the base library has no words for: a file's inode number, signals, and the environment that native code sees.</summary>
internal static partial class Kernel
{
    private const int AtCurrentFolder = -100, WantsInode = 0x100, SizeOfStatx = 256, InodeOffset = 32, SigInt = 2, SigUsr1 = 10, SigTerm = 15;

    /// <summary>The inode number of a file (statx(2)); null when there is none.</summary>
    public static unsafe ulong? Of(string path)
    {
        byte* buffer = stackalloc byte[SizeOfStatx];
        return Statx(AtCurrentFolder, path, 0, WantsInode, buffer) == 0 ? *(ulong*)(buffer + InodeOffset) : null;
    }

    /// <summary>Asks a process to end.</summary>
    public static void Terminate(int process) => _ = Kill(process, SigTerm);

    /// <summary>Interrupts a process, as Ctrl-C does.</summary>
    public static void Interrupt(int process) => _ = Kill(process, SigInt);

    /// <summary>Sends a process the first of the signals that mean what its program says.</summary>
    public static void Ask(int process) => _ = Kill(process, SigUsr1);

    /// <summary>Sets a variable for native code too: the base library's own environment is a copy (setenv(3)).</summary>
    public static void SetVariable(string name, string value) => _ = SetEnvironment(name, value, 1);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* into);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
