using System.Data.Common;
using System.Globalization;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Storage.Backups;

/// <summary>
/// Copies the stores while they run, into a folder: the database, each day of history, uploaded captures, files that are named
/// besides, and a manifest with hashes. All of it is as of the same batch: days are copied first, then batches are held for the
/// moment in which the database and the days that changed meanwhile are copied. Captures follow, as that database names them.
/// Spools are not copied: what they hold was never acknowledged.
/// </summary>
internal sealed class Backup(StoreFactory stores, HubPath path, HistoryStore history, TimeProvider clock, CaseCopies? cases = null)
{
    /// <summary>Name of the database in a data folder and in a backup.</summary>
    public const string Database = "wardkeeper.db";

    /// <summary>Folder of history in a data folder and in a backup.</summary>
    public const string HistoryFolder = "history";

    /// <summary>Makes a backup.</summary>
    /// <param name="folder">A folder that does not exist yet or is empty.</param>
    /// <param name="besides">Other files of the data folder: path, and its name seen from the data folder.</param>
    /// <param name="job">Told how far it is.</param>
    /// <param name="cancel">Gives up; what was written is not a backup.</param>
    /// <exception cref="IOException">The folder is not empty, or cannot be written.</exception>
    /// <exception cref="NotSupportedException">The relational store is PostgreSQL, which has tools of its own for this.</exception>
    public async Task<BackupManifest> WriteAsync(string folder, IReadOnlyList<(string Path, string Name)>? besides = null, Job? job = null, CancellationToken cancel = default)
    {
        if (!stores.IsSqlite) throw new NotSupportedException("The ledger is in PostgreSQL: back it up with pg_dump; this backup is for the embedded store.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) throw new IOException($"The folder {folder} is not empty; name a new one.");
        string days = Path.Combine(folder, HistoryFolder);
        Directory.CreateDirectory(days);
        Dictionary<int, (IReadOnlyList<string> Names, IReadOnlyDictionary<string, long> Applied)> copied = [];
        foreach (HistoryDay day in history.Days)
        {
            cancel.ThrowIfCancellationRequested();
            job?.Report(JobStage.Copying, copied.Count, history.Days.Count, JobUnit.Files);
            copied[day.Number] = await history.CopyAsync(day, days);
        }
        Dictionary<string, long> applied = new(StringComparer.Ordinal);
        IReadOnlyList<(long Number, bool HasFile, bool CanOpen)> named = [];
        List<string> names = [Database];
        using (IDisposable? held = cases is null ? null : await cases.HoldAsync(cancel))
        {
            using (await path.PauseAsync(cancel))
            {
                await SqliteCopy.MakeAsync(stores, Path.Combine(folder, Database), async copy => (applied, named) = (await AppliedAsync(copy, cancel), await CaseCopies.NamedAsync(copy, cancel)), cancel);
                foreach (HistoryDay day in history.Days)
                {
                    if (!copied.TryGetValue(day.Number, out (IReadOnlyList<string> Names, IReadOnlyDictionary<string, long> Applied) copy) || IsBehind(copy.Applied, day.Applied)) copied[day.Number] = await history.CopyAsync(day, days);
                }
            }
            if (cases is not null) names.AddRange(await cases.CopyAsync(named, folder, cancel));
        }
        names.AddRange(copied.Values.SelectMany(copy => copy.Names).Select(name => $"{HistoryFolder}/{name}"));
        foreach ((string source, string name) in besides ?? [])
        {
            string target = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
            names.Add(name);
        }
        List<BackupFile> files = [];
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            job?.Report(JobStage.Checking, files.Count, names.Count, JobUnit.Files);
            string file = Path.Combine(folder, name);
            files.Add(new BackupFile(name, new FileInfo(file).Length, await BackupManifest.HashAsync(file, cancel)));
        }
        BackupManifest manifest = new(1, clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), applied, files, cases is null ? null : named.Count);
        await manifest.WriteAsync(folder, cancel);
        return manifest;
    }

    private static bool IsBehind(IReadOnlyDictionary<string, long> then, Dictionary<string, long> now) => now.Any(one => then.GetValueOrDefault(one.Key) != one.Value);

    private static async Task<Dictionary<string, long>> AppliedAsync(DbConnection copy, CancellationToken cancel)
    {
        Dictionary<string, long> applied = new(StringComparer.Ordinal);
        await using DbCommand command = copy.CreateCommand();
        command.CommandText = "SELECT sensor, sequence FROM applied";
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) applied[reader.GetString(0)] = reader.GetInt64(1);
        return applied;
    }
}
