using System.Net;

namespace Wardkeeper.Lab.Emitters;

/// <summary>One thing that a server of the lab saw.</summary>
/// <param name="Peer">Who sent it.</param>
/// <param name="What">Which kind, in the protocol's words, for example <c>frame</c>; <c>error</c> for what should not have been.</param>
/// <param name="Detail">The thing itself, as text.</param>
internal sealed record LogEntry(IPAddress Peer, string What, string Detail);

/// <summary>What a server of the lab received, in the order of arrival; the recording and the planned facts are compared with it.</summary>
internal sealed class ServerLog
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

    /// <summary>Adds an entry.</summary>
    public void Add(IPAddress peer, string what, string detail)
    {
        lock (entries) entries.Add(new(peer, what, detail));
    }
}
