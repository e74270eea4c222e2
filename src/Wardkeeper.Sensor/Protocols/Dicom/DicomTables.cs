using System.Collections.Frozen;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>What is known of unique identifiers and statuses, read once from the tables beside this file.</summary>
internal static class DicomTables
{
    private static readonly FrozenDictionary<string, string> Names = Rows("uids").ToFrozenDictionary(static row => row[0], static row => row[1], StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> NamesBySpan = Names.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenDictionary<string, string> Identifiers = Names.Keys.ToFrozenDictionary(static key => key, static key => key, StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> IdentifiersBySpan = Identifiers.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenDictionary<string, string> Modalities = Rows("storage-modalities").ToFrozenDictionary(static row => row[0], static row => row[1], StringComparer.Ordinal);
    private static readonly StatusRow[] Statuses = [.. Rows("dimse-statuses").Select(static row => new StatusRow(Convert.ToUInt16(row[0], 16), Convert.ToUInt16(row[1], 16), row[2], row[3]))];

    /// <summary>The shared string of a well-known identifier, or null.</summary>
    public static string? Known(ReadOnlySpan<char> uid) => IdentifiersBySpan.TryGetValue(uid, out string? known) ? known : null;

    /// <summary>Name of a well-known identifier, or null.</summary>
    public static string? Name(string? uid) => uid is not null && NamesBySpan.TryGetValue(uid, out string? name) ? name : null;

    /// <summary>Modality whose images a storage SOP class holds, or null when it tells none.</summary>
    public static string? Modality(string uid) => Modalities.GetValueOrDefault(uid);

    /// <summary>What a status means for a command, or null when no table names it.</summary>
    public static string? Status(string command, ushort status)
    {
        foreach (StatusRow row in Statuses)
        {
            if (status >= row.First && status <= row.Last && (row.Command == "*" || row.Command == command)) return row.Text;
        }
        return null;
    }

    private static IEnumerable<string[]> Rows(string table)
    {
        using Stream stream = typeof(DicomTables).Assembly.GetManifestResourceStream(table + ".tsv")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line.Split('\t');
        }
    }

    private sealed record StatusRow(ushort First, ushort Last, string Command, string Text);
}
