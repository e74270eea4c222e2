using System.Globalization;
using Wardkeeper.Platform.Data;
using Wardkeeper.Sensor.Publishing;
using Wardkeeper.Storage.Backups;
using Wardkeeper.Storage.Cases;

namespace Wardkeeper.Platform.Cases;

/// <summary>Where cases lie: <c>cases/12/capture</c> with its stores beside it, and what is being received as <c>cases/incoming-7</c>. Names that people give are never part of a path.</summary>
internal sealed class CaseFolders(DataFolder data)
{
    private const string Incoming = "incoming-";
    private long received;

    private string Root => Path.GetDirectoryName(data.Inside(CaseCopies.Folder, "any"))!;

    /// <summary>Folder of a case.</summary>
    public string Of(long number) => Path.Combine(Root, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The uploaded file of a case.</summary>
    public string FileOf(long number) => Path.Combine(Of(number), CaseStore.Capture);

    /// <summary>Deletes the uploaded file of a case, if it is there.</summary>
    public void DeleteFile(long number)
    {
        if (File.Exists(FileOf(number))) File.Delete(FileOf(number));
    }

    /// <summary>Free bytes where cases lie.</summary>
    public long Free => DataFolder.FreeBytes(Root);

    /// <summary>Opens a new file to receive an upload.</summary>
    public FileStream Receive() => new(Path.Combine(Root, Incoming + Interlocked.Increment(ref received).ToString(CultureInfo.InvariantCulture)), new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        BufferSize = 0,
        Options = FileOptions.Asynchronous,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>Puts what was received to its case, safely on the disk.</summary>
    public void Place(string from, long number)
    {
        string folder = Path.GetDirectoryName(data.Inside(CaseCopies.Folder, number.ToString(CultureInfo.InvariantCulture), CaseStore.Capture))!;
        Empty(folder);
        File.Move(from, FileOf(number));
        FolderSync.Sync(folder);
        FolderSync.Sync(Root);
    }

    /// <summary>Deletes what no case belongs to: broken uploads, and what an end of the program kept from being deleted.</summary>
    /// <param name="known">Cases, with whether their file is to be there.</param>
    public void Sweep(IReadOnlyDictionary<long, bool> known)
    {
        foreach (string file in Directory.GetFiles(Root, Incoming + "*")) File.Delete(file);
        foreach (string folder in Directory.GetDirectories(Root))
        {
            if (!long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out long number)) continue;
            if (!known.TryGetValue(number, out bool hasFile)) Directory.Delete(folder, true);
            else if (!hasFile) File.Delete(FileOf(number));
        }
    }

    // A number whose transaction failed may have left a folder.
    private static void Empty(string folder)
    {
        foreach (string file in Directory.GetFiles(folder)) File.Delete(file);
    }
}
