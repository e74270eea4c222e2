namespace Wardkeeper.Storage.Backups;

/// <summary>Puts a backup in place of what a data folder holds. Nobody may run on the folder. What was there is moved aside, not deleted; spools stay, and their batches come again.</summary>
internal static class Restore
{
    /// <summary>Restores.</summary>
    /// <param name="backup">Folder of the backup.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="cancel">Gives up before anything in the data folder was touched; after that it is finished.</param>
    /// <returns>Where what was there is now, seen from the data folder; null when nothing was.</returns>
    /// <exception cref="InvalidDataException">It is not a whole backup; nothing was touched.</exception>
    public static async Task<string?> RunAsync(string backup, string data, CancellationToken cancel = default)
    {
        BackupManifest manifest = await BackupManifest.VerifyAsync(backup, cancel);
        Directory.CreateDirectory(data);
        string staging = Path.Combine(data, "restoring");
        if (Directory.Exists(staging)) Directory.Delete(staging, true);
        foreach (BackupFile file in manifest.Files)
        {
            string target = Path.Combine(staging, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(backup, file.Path), target);
            cancel.ThrowIfCancellationRequested();
        }
        string? aside = MoveAside(data, manifest);
        foreach (BackupFile file in manifest.Files)
        {
            string target = Path.Combine(data, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(Path.Combine(staging, file.Path), target, true);
        }
        Directory.Delete(staging, true);
        return aside;
    }

    private static string? MoveAside(string data, BackupManifest manifest)
    {
        // Captures beside a database that does not name them would be deleted at the next start; a backup without any leaves them to it, as ever.
        string[] folders = manifest.Cases is null ? [Backup.HistoryFolder] : [Backup.HistoryFolder, CaseCopies.Folder];
        string[] old = [.. new[] { Backup.Database, Backup.Database + "-wal", Backup.Database + "-shm" }.Concat(folders)
            .Concat(manifest.Files.Select(file => file.Path).Where(path => !folders.Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal)))).Distinct(StringComparer.Ordinal)
            .Where(name => Path.Exists(Path.Combine(data, name)))];
        if (old.Length == 0) return null;
        int number = 1;
        while (Path.Exists(Path.Combine(data, $"before-restore-{number}"))) number++;
        string aside = $"before-restore-{number}";
        foreach (string name in old)
        {
            string from = Path.Combine(data, name), to = Path.Combine(data, aside, name);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            if (Directory.Exists(from)) Directory.Move(from, to);
            else File.Move(from, to);
        }
        return aside;
    }
}
