using System.Runtime.CompilerServices;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>Whether the data folder is there, private and writable, and who has it.</summary>
internal sealed class DataFolderCheck : IDoctorCheck
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        string path = context.Settings.Data;
        if (!Directory.Exists(path))
        {
            yield return new("data", Condition.Notice, "doctor-data-missing", path);
            yield break;
        }
        bool mayEnter = MayEnter(path, out UnixFileMode mode);
        if (!mayEnter) yield return new("data", Condition.Problem, "doctor-data-foreign", path);
        else if ((mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != 0) yield return new("data", Condition.Problem, "doctor-data-open", path, Convert.ToString((int)mode, 8));
        else yield return new("data", Condition.Well, "doctor-data", path);
        if (context.IsRunning) yield return new("data", Condition.Well, "doctor-data-owner", DataFolder.Owner(path));
        string password = Path.Combine(path, "initial-admin-password");
        if (mayEnter && File.Exists(password)) yield return new("data", Condition.Notice, "doctor-data-password", password);
    }

    private static bool MayEnter(string path, out UnixFileMode mode)
    {
        mode = UnixFileMode.None;
        try
        {
            mode = File.GetUnixFileMode(path);
            Directory.GetFileSystemEntries(path);
            return DataFolder.IsWritable(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
