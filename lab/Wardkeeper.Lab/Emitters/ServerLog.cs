using System.Net;

namespace Wardkeeper.Lab.Emitters;

/// <summary>One thing that a server of the lab saw.</summary>
/// <param name="Peer">Who sent it.</param>
/// <param name="What">Which kind, in the protocol's words, for example <c>frame</c>; <c>error</c> for what should not have been.</param>
/// <param name="Detail">What identifies it, in one line: types, numbers and ids, never a name.</param>
/// <param name="Text">The thing itself, or null where the detail says it all.</param>
internal sealed record LogEntry(IPAddress Peer, string What, string Detail, string? Text);

/// <summary>
/// What a server of the lab received, in the order of arrival; the recording and the planned facts are compared with it. The file
/// has a line an entry: peer, kind and detail, separated by tabs. Whole texts, which may name patients, stay in memory.
/// </summary>
/// <param name="path">File to add to, or null.</param>
internal sealed class ServerLog(string? path = null)
{
    /// <summary>Kind of an entry that should not have been.</summary>
    public const string Error = "error";

    private readonly List<LogEntry> entries = [];

    /// <summary>Everything so far.</summary>
    public IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (entries) return [.. entries];
        }
    }

    /// <summary>Everything so far that should not have been.</summary>
    public IReadOnlyList<string> Errors => Of(Error);

    /// <summary>Details of one kind.</summary>
    public IReadOnlyList<string> Of(string what) => [.. Entries.Where(entry => entry.What == what).Select(entry => entry.Detail)];

    /// <summary>Whole texts of one kind.</summary>
    public IReadOnlyList<string> TextsOf(string what) => [.. Entries.Where(entry => entry.What == what).Select(entry => entry.Text ?? entry.Detail)];

    /// <summary>Adds an entry.</summary>
    /// <param name="peer">Who sent it.</param>
    /// <param name="what">Which kind.</param>
    /// <param name="detail">What identifies it, without names.</param>
    /// <param name="text">The thing itself, or null.</param>
    public void Add(IPAddress peer, string what, string detail, string? text = null)
    {
        string line = detail.ReplaceLineEndings(" ").Replace('\r', ' ');
        lock (entries)
        {
            entries.Add(new(peer, what, line, text));
            if (path is not null) File.AppendAllText(path, $"{peer}\t{what}\t{line}\n");
        }
    }
}
