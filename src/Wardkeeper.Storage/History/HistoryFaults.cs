using DuckDB.NET.Data;

namespace Wardkeeper.Storage.History;

/// <summary>Tells the ways apart in which a day's file can fail.</summary>
internal static class HistoryFaults
{
    // DuckDB has one kind of exception for a full disk, a missing permission and a damaged file; its words are all there is.
    private static readonly string[] Damage = ["corrupt", "not a valid DuckDB", "checksum", "Failure while replaying WAL", "serialization error", "Serialization Error", "INTERNAL Error", "read enough bytes"];
    private static readonly string[] Full = ["No space left", "Disk quota", "disk is full"];

    /// <summary>Whether the file itself is damaged, so that opening it again would not help.</summary>
    public static bool IsDamage(DuckDBException e) => !IsFull(e) && Damage.Any(word => e.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the disk is full.</summary>
    public static bool IsFull(Exception e) => Full.Any(word => e.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Moves a damaged file out of the way; never deletes it. Returns where it is, seen from the folder.</summary>
    public static string PutAside(string folder, string path)
    {
        string damaged = Path.Combine(folder, "damaged");
        Directory.CreateDirectory(damaged);
        string name = Path.GetFileName(path), target = Path.Combine(damaged, name);
        for (int i = 2; File.Exists(target); i++) target = Path.Combine(damaged, $"{name}.{i}");
        File.Move(path, target);
        if (File.Exists(path + ".wal")) File.Move(path + ".wal", target + ".wal", true);
        return Path.GetRelativePath(folder, target);
    }
}
