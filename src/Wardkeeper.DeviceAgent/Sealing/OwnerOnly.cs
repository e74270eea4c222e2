using System.Runtime.InteropServices;

namespace Wardkeeper.DeviceAgent.Sealing;

/// <summary>Files and folders that nobody but their owner reads.</summary>
internal static partial class OwnerOnly
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder, 0700; one that is there is closed to others.</summary>
    public static void MakeFolder(string path)
    {
        Directory.CreateDirectory(path, FileMode | UnixFileMode.UserExecute);
        if (File.GetUnixFileMode(path) != (FileMode | UnixFileMode.UserExecute)) File.SetUnixFileMode(path, FileMode | UnixFileMode.UserExecute);
    }

    /// <summary>Writes a file beside, brings it to the disk and moves it over, 0600.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string beside = path + ".new";
        File.Delete(beside);
        using (FileStream stream = new(beside, new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode, BufferSize = 0 }))
        {
            stream.Write(bytes);
            stream.Flush(true);
        }
        File.Move(beside, path, true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>A secret's file, which others must not be able to read; without the line end behind it.</summary>
    /// <exception cref="AgentFault">It is missing, empty, larger than 4 KiB, or readable by others.</exception>
    public static string ReadSecret(string path, string what)
    {
        if (!File.Exists(path)) throw new AgentFault(Outcome.Mistake, $"{what}: {path} is missing");
        if ((File.GetUnixFileMode(path) & ~(FileMode | UnixFileMode.UserExecute)) != 0) throw new AgentFault(Outcome.Mistake, $"{what}: {path} can be read by others; chmod 600 it");
        if (new FileInfo(path).Length > 4096) throw new AgentFault(Outcome.Mistake, $"{what}: {path} is larger than 4 KiB");
        string secret = File.ReadAllText(path).TrimEnd('\r', '\n');
        return secret.Length > 0 ? secret : throw new AgentFault(Outcome.Mistake, $"{what}: {path} is empty");
    }

    /// <summary>A move counts only once its folder is on the disk. 0x90000 is O_DIRECTORY | O_CLOEXEC (Linux, x86-64).</summary>
    private static void SyncFolder(string folder)
    {
        int handle = Open(folder, 0x90000);
        if (handle < 0) return;
        _ = Sync(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
