using System.Globalization;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;

namespace Wardkeeper.Storage.Audit;

/// <summary>
/// Numbers and hashes of entries in a text file beside the database, one a line, appended and synced. A file on another
/// machine, or printed, serves as well: a line says what the log held at that moment.
/// </summary>
internal sealed class AuditAnchors(string path) : IDisposable
{
    /// <summary>Entries after which an anchor is due.</summary>
    public const int EntriesBetween = 64;

    /// <summary>Longest time a new entry goes without an anchor.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private const int HashLength = 64;
    private readonly SemaphoreSlim turn = new(1, 1);
    private AuditAnchor? last;

    /// <summary>Appends an anchor, unless the newest one in the file is as high.</summary>
    public async Task AddAsync(AuditAnchor anchor, CancellationToken cancel = default)
    {
        await turn.WaitAsync(cancel);
        try
        {
            last ??= (await ReadAsync(cancel)).DefaultIfEmpty(new AuditAnchor(0, AuditEntry.Origin)).MaxBy(other => other.Sequence);
            if (anchor.Sequence <= last.Value.Sequence) return;
            if (!File.Exists(path)) PrivateFile.Create(path, []);
            await using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            // A crash may have torn the last line; the next one starts anew.
            string start = file.Length > 0 && !EndsLine(file) ? "\n" : "";
            file.Seek(0, SeekOrigin.End);
            await file.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{start}{anchor.Sequence} {anchor.Hash}\n")), cancel);
            file.Flush(true);
            last = anchor;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Every anchor that can be read; a torn line is left out.</summary>
    public async Task<IReadOnlyList<AuditAnchor>> ReadAsync(CancellationToken cancel = default)
    {
        if (!File.Exists(path)) return [];
        List<AuditAnchor> read = [];
        await foreach (string line in File.ReadLinesAsync(path, cancel))
        {
            if (line.Split(' ') is [var number, { Length: HashLength } hash] && long.TryParse(number, CultureInfo.InvariantCulture, out long sequence)) read.Add(new(sequence, hash));
        }
        return read;
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private static bool EndsLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
