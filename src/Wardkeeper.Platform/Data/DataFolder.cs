using System.Globalization;
using System.Runtime.InteropServices;

namespace Wardkeeper.Platform.Data;

/// <summary>
/// The folder that holds everything Wardkeeper stores. One process owns it: the owner holds a lock that the kernel takes back when
/// the process ends, however it ends. Only its user may look inside.
/// </summary>
internal sealed partial class DataFolder : IDisposable
{
    /// <summary>Least free bytes with which <c>up</c> starts.</summary>
    public const long LeastFree = 64L << 20;

    /// <summary>Who may look into a folder with what Wardkeeper stores.</summary>
    public const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const int MayRead = 4, MayWrite = 2, MayEnter = 1, MostLooks = 5;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly FileStream held;

    private DataFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>The socket through which other commands speak to the owner.</summary>
    public static string SocketOf(string folder) => System.IO.Path.Combine(folder, "control.sock");

    /// <summary>A path inside; the folders on the way exist afterwards.</summary>
    public string Inside(params ReadOnlySpan<string> parts)
    {
        string path = System.IO.Path.Combine([Path, .. parts]);
        string parent = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent)) Directory.CreateDirectory(parent, OnlyOwner);
        return path;
    }

    /// <summary>Takes the folder, makes it when it is missing.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="what">What it is taken for, for whoever comes second: <c>wardkeeper up</c>.</param>
    /// <param name="now">Time, for the same.</param>
    /// <exception cref="UserError">Somebody else has it, or it cannot be written.</exception>
    public static DataFolder Take(string path, string what, DateTimeOffset now)
    {
        FileStream? held = TryLock(path, out string? trouble);
        using ManualResetEventSlim pause = new();
        for (int looks = 0; held is null && trouble is null && looks < MostLooks; looks++)
        {
            // Perhaps somebody only looks whether it is taken.
            pause.Wait(Look);
            held = TryLock(path, out trouble);
        }
        if (trouble is not null) throw new UserError(trouble);
        if (held is null) throw new UserError($"The data folder {path} is in use by {Owner(path)}. One process owns a data folder: stop that one, or choose another folder with --data.");
        try
        {
            DataFolder folder = new(path, held);
            folder.Describe(what, now);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw new UserError($"The data folder {path} cannot be written: {e.Message} Free some space, or choose another folder with --data.");
        }
    }

    /// <summary>Takes the folder if nobody has it; null if somebody does.</summary>
    /// <exception cref="UserError">It cannot be used at all.</exception>
    public static DataFolder? TryTake(string path, string what, DateTimeOffset now)
    {
        FileStream? held = TryLock(path, out string? trouble);
        if (trouble is not null) throw new UserError(trouble);
        if (held is null) return null;
        DataFolder folder = new(path, held);
        folder.Describe(what, now);
        return folder;
    }

    /// <summary>Who has the folder, in words for people.</summary>
    public static string Owner(string path)
    {
        try
        {
            string text = File.ReadAllText(System.IO.Path.Combine(path, "owner")).Trim();
            return text.Length is > 0 and < 200 ? text : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    /// <summary>Whether somebody has the folder just now.</summary>
    public static bool IsTaken(string path)
    {
        string file = System.IO.Path.Combine(path, "lock");
        try
        {
            if (!File.Exists(file)) return false;
            // A shared lock, for an instant: others who look do not see each other, and an owner waits so long.
            using FileStream free = new(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException e)
        {
            return IsLocked(e);
        }
    }

    /// <summary>Whether this user can write into the folder; asks the kernel and writes nothing.</summary>
    public static bool IsWritable(string path) => Access(path, MayRead | MayWrite | MayEnter) == 0;

    /// <summary>Free bytes of the file system that holds a folder.</summary>
    public static long FreeBytes(string path) => new DriveInfo(path).AvailableFreeSpace;

    /// <summary>Gives the folder back.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(System.IO.Path.Combine(Path, "owner"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only helps whoever comes second; the lock is what counts.
        }
        held.Dispose();
    }

    private void Describe(string what, DateTimeOffset now) =>
        File.WriteAllText(System.IO.Path.Combine(Path, "owner"), string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} ({what}, since {now:yyyy-MM-dd HH:mm:ss} UTC)\n"));

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    private static FileStream? TryLock(string path, out string? trouble)
    {
        trouble = null;
        try
        {
            if (File.Exists(path))
            {
                trouble = $"The data folder {path} is a file. Name a folder with --data.";
                return null;
            }
            if (!Directory.Exists(path)) Directory.CreateDirectory(path, OnlyOwner);
            else if ((File.GetUnixFileMode(path) & ~OnlyOwner) != 0) File.SetUnixFileMode(path, OnlyOwner);
            FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            return new FileStream(System.IO.Path.Combine(path, "lock"), options);
        }
        catch (UnauthorizedAccessException e)
        {
            trouble = $"The data folder {path} cannot be used: {e.Message} Give it to the user who runs Wardkeeper (chown), or choose another with --data.";
            return null;
        }
        catch (IOException e) when (IsLocked(e))
        {
            return null;
        }
        catch (IOException e)
        {
            trouble = $"The data folder {path} cannot be used: {e.Message} Choose another with --data.";
            return null;
        }
    }

    // EWOULDBLOCK of flock: the lock is somebody else's. .NET passes errno on in HResult.
    private static bool IsLocked(IOException e) => e.HResult is 11 || e.Message.Contains("being used by another process", StringComparison.Ordinal);
}
