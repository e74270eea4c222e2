using System.Data.Common;
using System.Globalization;
using Wardkeeper.Storage.Cases;

namespace Wardkeeper.Storage.Backups;

/// <summary>Copies uploaded captures as the copied database speaks of them: files that are kept or still to be read, and the stores of every one that can be looked at.</summary>
internal sealed class CaseCopies(CasePool pool)
{
    /// <summary>Folder of captures in a data folder and in a backup.</summary>
    public const string Folder = "cases";

    /// <summary>Lets nothing of a case be deleted until the answer is disposed of.</summary>
    public Task<IDisposable> HoldAsync(CancellationToken cancel) => pool.FilesAsync(cancel);

    /// <summary>The captures that a copied database names.</summary>
    public static async Task<IReadOnlyList<(long Number, bool HasFile, bool CanOpen)>> NamedAsync(DbConnection copy, CancellationToken cancel)
    {
        await using DbCommand command = copy.CreateCommand();
        command.CommandText = "SELECT number, has_file, can_open FROM cases WHERE state <> 'deleted' ORDER BY number";
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancel);
        List<(long, bool, bool)> named = [];
        while (await reader.ReadAsync(cancel)) named.Add((reader.GetInt64(0), reader.GetBoolean(1), reader.GetBoolean(2)));
        return named;
    }

    /// <summary>Copies them, and gives the files, seen from the backup's folder.</summary>
    public async Task<IReadOnlyList<string>> CopyAsync(IReadOnlyList<(long Number, bool HasFile, bool CanOpen)> named, string folder, CancellationToken cancel)
    {
        List<string> names = [];
        foreach ((long number, bool hasFile, bool canOpen) in named)
        {
            string inside = $"{Folder}/{number.ToString(CultureInfo.InvariantCulture)}", target = Path.Combine(folder, inside), capture = Path.Combine(pool.FolderOf(number), CaseStore.Capture);
            Directory.CreateDirectory(target);
            if (hasFile && File.Exists(capture)) File.Copy(capture, Path.Combine(target, CaseStore.Capture));
            if (canOpen && pool.IsThere(number))
            {
                await pool.AskAsync(
                    number,
                    async store =>
                    {
                        await store.CopyAsync(target, cancel);
                        return true;
                    },
                    cancel);
            }
            names.AddRange(Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(file => $"{inside}/{Path.GetRelativePath(target, file)}"));
        }
        return names;
    }
}
