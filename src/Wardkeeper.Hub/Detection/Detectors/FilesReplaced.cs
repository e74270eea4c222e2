using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Ransomware's shape on file shares: one machine gives many files, within minutes, one and the same new ending. It reads a file, writes another of that name
/// with an ending behind it and deletes the first, or writes over the file and renames it. A note of one name in several folders, and data of the same length as
/// was read, weigh more. Silent on backups, which read and write elsewhere; on endings that programs give (.bak, .gz, .tmp, .zip …) unless a note
/// lies beside them; on a handful of files; and on copies and renames that keep the ending.
/// </summary>
internal sealed class FilesReplaced : IDetector, IDetector<TransactionRow>
{
    // Nobody renames ten documents to one foreign ending by hand within five minutes, and a machine takes ten in seconds.
    private const int Kept = 2048, NamesKept = 2048, EndingsKept = 32, NotesKept = 64, Fewest = 10, Many = 40;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly FindingType Type = new("files-replaced", Severity.High, Duty.InformationDepartment, "T1486");
    private static readonly HashSet<string> Ordinary = new(StringComparer.OrdinalIgnoreCase)
    {
        "bak", "old", "tmp", "temp", "gz", "zip", "7z", "xz", "bz2", "zst", "part", "partial", "crdownload", "swp", "orig", "new", "done", "processed", "imported", "sent", "ok", "err", "error", "lock", "md5", "sha1", "sha256", "sig", "asc", "gpg",
        "txt", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "pdf", "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "xml", "json", "csv", "log", "hl7", "dcm", "dicom", "html", "htm", "mp4", "avi", "wav", "db", "mdb", "sqlite",
    };
    private static readonly string[] NoteWords = ["restore", "recover", "decrypt", "readme", "read_me", "read-me", "how_to", "how-to", "howto", "ransom", "your_files", "unlock", "help_"];
    private readonly RecentState<Address, Work> works = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("files-replaced", Type) { Logs = ["smb_files"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Text("status"u8) is not null || seen.Text("name"u8) is not { } name) return;
        string action = seen.Text("action"u8) ?? "", path = flow.Server.Ip + "|" + name;
        Work work = works.Of(flow.Client.Ip);
        if (seen.At.Since(work.Last) > Window)
        {
            work.Began = seen.At;
            (work.Read, work.Written, work.Deleted, work.Endings, work.Notes, work.Servers) = ([], [], 0, [], [], []);
        }
        work.Last = seen.At;
        long read = seen.Number("bytes_read"u8) ?? 0, written = seen.Number("bytes_written"u8) ?? 0;
        if (action == "SMB::FILE_OPEN" && read > 0 && work.Read.Count < NamesKept) work.Read.Add(path);
        if (action == "SMB::FILE_OPEN" && written > 0) Write(work, path, name, flow);
        if (action == "SMB::FILE_RENAME" && seen.Text("prev_name"u8) is { } before && EndingBehind(before, name) is { } ending) Count(work, ending, flow, work.Written.Contains(flow.Server.Ip + "|" + before));
        if (action == "SMB::FILE_DELETE" && work.Written.Contains(path + "*")) work.Deleted++;
        if (work.Endings.Count == 0) return;
        (string shared, Ending most) = work.Endings.MaxBy(one => one.Value.Files);
        int folders = work.Notes.Count == 0 ? 0 : work.Notes.Max(note => note.Value.Count);
        bool hasNote = folders > 0;
        if (most.Files < Fewest || (Ordinary.Contains(shared) && !hasNote)) return;
        bool wasRead = most.Rewritten > 0 || work.Deleted > 0;
        // New endings alone may be a program that sorts files; what was read and is gone, or a note, is not.
        if (!wasRead && !hasNote && most.Files < Many) return;
        Report(work, shared, most, folders, seen, flow, known, findings);
    }

    private static void Write(Work work, string path, string name, FlowView flow)
    {
        if (work.Written.Count < NamesKept) work.Written.Add(path);
        int dot = name.LastIndexOf('.');
        string before = dot <= 0 ? "" : flow.Server.Ip + "|" + name[..dot];
        if (before.Length > 0 && work.Read.Contains(before))
        {
            if (work.Written.Count < NamesKept) work.Written.Add(before + "*");
            Count(work, name[(dot + 1)..], flow, wasRead: false);
        }
        string[] parts = name.Split('\\');
        if (!NoteWords.Any(word => parts[^1].Contains(word, StringComparison.OrdinalIgnoreCase)) || work.Notes.Count >= NotesKept) return;
        if (!work.Notes.TryGetValue(parts[^1], out HashSet<string>? folders)) work.Notes[parts[^1]] = folders = [];
        if (folders.Count < NamesKept) folders.Add(path[..^parts[^1].Length]);
    }

    private static void Count(Work work, string ending, FlowView flow, bool wasRead)
    {
        if (!work.Endings.TryGetValue(ending, out Ending? count))
        {
            if (work.Endings.Count >= EndingsKept) return;
            work.Endings[ending] = count = new Ending();
        }
        count.Files++;
        if (wasRead) count.Rewritten++;
        work.Servers.Add(flow.Server.Ip);
    }

    private static void Report(Work work, string ending, Ending most, int folders, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Type,
        Subject = known.Party(flow.Client),
        Severity = folders > 0 || most.Files >= Many ? Severity.Critical : null,
        Confidence = folders > 0 ? 0.97 : 0.85,
        Arguments = [flow.Client.Ip.ToString(), FlowFacts.Number(most.Files), "." + ending],
        Facts =
        [
            new Fact("files", FlowFacts.Number(most.Files)),
            new Fact("new-ending", "." + ending, "the file's own"),
            new Fact("deleted-after", FlowFacts.Number(work.Deleted)),
            new Fact("written-over", FlowFacts.Number(most.Rewritten)),
            new Fact("notes", work.Notes.Count == 0 ? "-" : $"{string.Join(", ", work.Notes.Keys.Order(StringComparer.Ordinal).Take(3))} × {folders}", "none"),
            new Fact("servers", string.Join(", ", work.Servers.Order().Take(8))),
            new Fact("seconds", FlowFacts.Number((long)seen.At.Since(work.Began).TotalSeconds)),
            new Fact("source-proof", "handshake"),
        ],
        Evidence = new Evidence(seen.At, flow.Uid, 0, "smb_files"),
    });

    /// <summary>The ending that a file was given: behind its name, or in place of its own.</summary>
    private static string? EndingBehind(string before, string after)
    {
        int dot = after.LastIndexOf('.'), old = before.LastIndexOf('.');
        if (dot <= 0 || dot == after.Length - 1) return null;
        if (after[..dot].Equals(before, StringComparison.OrdinalIgnoreCase)) return after[(dot + 1)..];
        return old > 0 && after[..dot].Equals(before[..old], StringComparison.OrdinalIgnoreCase) && !after.Equals(before, StringComparison.OrdinalIgnoreCase) ? after[(dot + 1)..] : null;
    }

    internal sealed class Work
    {
        public CaptureTime Began { get; set; }

        public CaptureTime Last { get; set; }

        public HashSet<string> Read { get; set; } = [];

        public HashSet<string> Written { get; set; } = [];

        public long Deleted { get; set; }

        public Dictionary<string, Ending> Endings { get; set; } = [];

        public Dictionary<string, HashSet<string>> Notes { get; set; } = [];

        public HashSet<Address> Servers { get; set; } = [];
    }

    internal sealed class Ending
    {
        public int Files { get; set; }

        public int Rewritten { get; set; }
    }
}
