using System.Security.Cryptography;
using System.Text.Json;

namespace Wardkeeper.Storage.Backups;

/// <summary>What a backup holds; written last, so that a folder without it is not a backup.</summary>
/// <param name="Version">Version of the form; 1.</param>
/// <param name="Created">When; wall clock, ISO 8601.</param>
/// <param name="Applied">How far each sensor's batches are in it. Later ones come again from the spools that still have them.</param>
/// <param name="Files">Its files.</param>
/// <param name="Cases">Uploaded captures that its database names and that it holds; null in a backup that holds none, as earlier ones did.</param>
internal sealed record BackupManifest(int Version, string Created, IReadOnlyDictionary<string, long> Applied, IReadOnlyList<BackupFile> Files, int? Cases = null)
{
    public const string Name = "manifest.json";

    private static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads the manifest of a backup and compares every file with it.</summary>
    /// <exception cref="InvalidDataException">It is not a whole backup; says why.</exception>
    public static async Task<BackupManifest> VerifyAsync(string folder, CancellationToken cancel)
    {
        BackupManifest manifest = await ReadAsync(folder, cancel);
        if (manifest.Version != 1) throw new InvalidDataException($"The backup {folder} has version {manifest.Version}; this program reads version 1.");
        foreach (BackupFile file in manifest.Files)
        {
            string path = Path.GetFullPath(Path.Combine(folder, file.Path));
            if (!path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw new InvalidDataException($"The backup names {file.Path}, which lies outside of it.");
            if (!File.Exists(path)) throw new InvalidDataException($"The backup is not whole: {file.Path} is missing.");
            if (await HashAsync(path, cancel) != file.Sha256) throw new InvalidDataException($"The backup is damaged: {file.Path} is not as it was written.");
        }
        return manifest;
    }

    /// <summary>Writes the manifest.</summary>
    public async Task WriteAsync(string folder, CancellationToken cancel)
    {
        await using FileStream stream = new(Path.Combine(folder, Name), FileMode.CreateNew);
        await JsonSerializer.SerializeAsync(stream, this, Style, cancel);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>SHA-256 of a file in hexadecimal digits.</summary>
    public static async Task<string> HashAsync(string path, CancellationToken cancel)
    {
        await using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel));
    }

    private static async Task<BackupManifest> ReadAsync(string folder, CancellationToken cancel)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path)) throw new InvalidDataException($"{folder} is not a backup: it has no {Name}. A backup that was interrupted has none either.");
        try
        {
            await using FileStream stream = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync<BackupManifest>(stream, Style, cancel) ?? throw new InvalidDataException($"{path} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>A file of a backup.</summary>
/// <param name="Path">Where it is, seen from the backup's folder, and where it goes, seen from the data folder.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Hash in hexadecimal digits.</param>
internal sealed record BackupFile(string Path, long Length, string Sha256);
