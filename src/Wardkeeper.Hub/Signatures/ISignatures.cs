using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Signatures;

/// <summary>The rules in Suricata's syntax that the sensors run: what lies in the folder <c>rules</c> of the data folder. Whatever comes, changes or goes is used from the next packets on, and none goes by unasked.</summary>
public interface ISignatures
{
    /// <summary>Largest file of rules that is taken, bytes.</summary>
    long MaxSize { get; }

    /// <summary>Largest capture that rules are tried on, bytes.</summary>
    long MaxCapture { get; }

    /// <summary>When the set that runs was loaded, by the clock on the wall; what rules cost is counted from then on.</summary>
    CaptureTime LoadedAt { get; }

    /// <summary>All sources, by their names.</summary>
    IReadOnlyList<RuleSource> Sources();

    /// <summary>Takes a file or an archive of rules, in the place of the one of the same name.</summary>
    /// <param name="who">An analyst or administrator.</param>
    /// <param name="name">The file's name: <c>.rules</c>, or <c>.zip</c>, <c>.tar</c>, <c>.tar.gz</c>, <c>.tgz</c> for an archive.</param>
    /// <param name="content">The file.</param>
    /// <param name="cancel">Gives up; nothing is left.</param>
    /// <exception cref="RefusedException">It is too large, empty, or no rule of it can be run; or the person may not.</exception>
    Task<RuleSource> AddAsync(Actor who, string name, Stream content, CancellationToken cancel = default);

    /// <summary>Removes a source with its file.</summary>
    /// <param name="who">An analyst or administrator.</param>
    /// <param name="id">Its id.</param>
    /// <param name="reason">Why; must not be empty.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="RefusedException">The reason is missing, or the person may not.</exception>
    Task<bool> RemoveAsync(Actor who, string id, string reason, CancellationToken cancel = default);

    /// <summary>A page of rules.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort"><c>sid</c>, <c>bytes</c>, <c>matched</c>, <c>priority</c> or <c>file</c>.</param>
    /// <param name="page">Which page.</param>
    Page<RuleLine> Rules(RuleFilter filter, SortOrder sort, PageRequest page);

    /// <summary>Rules that do not run, counted by the keyword that was not understood, the most frequent first.</summary>
    IReadOnlyList<KeyValuePair<string, int>> Refused();

    /// <summary>Runs rules over a capture, apart from everything that runs: nothing is stored.</summary>
    /// <param name="who">An analyst or administrator.</param>
    /// <param name="rules">Rules, one in a line.</param>
    /// <param name="capture">The capture.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RefusedException">No rule can be run, the capture is too large or none; or the person may not.</exception>
    Task<RuleTrial> TryAsync(Actor who, string rules, Stream capture, CancellationToken cancel = default);
}

/// <summary>A file of rules and what came of reading it.</summary>
/// <param name="Id">Name of its file in the folder.</param>
/// <param name="Name">Name under which it was given.</param>
public sealed record RuleSource(string Id, string Name)
{
    /// <summary>Who gave it; null when it was put into the folder by hand.</summary>
    public string? By { get; init; }

    /// <summary>When it was given, by the clock on the wall.</summary>
    public CaptureTime At { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long Size { get; init; }

    /// <summary>Rules that run.</summary>
    public int Count { get; init; }

    /// <summary>Rules that do not.</summary>
    public int Refused { get; init; }

    /// <summary>Why the file cannot be read at all; null when it can.</summary>
    public string? Unreadable { get; init; }
}

/// <summary>What becomes of a rule.</summary>
public enum RuleState
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>It runs, but can never match: it waits for a note that no rule makes.</summary>
    Inert,

    /// <summary>It was cut off so often that sensors ask it no more.</summary>
    Stopped,

    /// <summary>It was not understood and does not run.</summary>
    Refused,
}

/// <summary>One rule.</summary>
/// <param name="Sid">Its number; 0 if it could not be read.</param>
/// <param name="State">What becomes of it.</param>
/// <param name="File">Where it stands: id of the source, behind a colon the file of an archive.</param>
/// <param name="Line">Line on which it begins, from 1.</param>
/// <param name="Message">What it says; empty when it was refused.</param>
public sealed record RuleLine(long Sid, RuleState State, string File, int Line, string Message)
{
    /// <summary>Its revision.</summary>
    public int Revision { get; init; }

    /// <summary>Its class; null when it has none.</summary>
    public string? Classtype { get; init; }

    /// <summary>1 is the most urgent; 0 when it was refused.</summary>
    public int Priority { get; init; }

    /// <summary>The keyword that was not understood, or the note that it waits for; null when it runs.</summary>
    public string? Keyword { get; init; }

    /// <summary>What is wrong with that keyword, in English; null when it was not refused.</summary>
    public string? Reason { get; init; }

    /// <summary>How often its conditions were looked at.</summary>
    public long Asked { get; init; }

    /// <summary>How often they held.</summary>
    public long Matched { get; init; }

    /// <summary>Bytes it looked into.</summary>
    public long Bytes { get; init; }
}

/// <summary>Which rules.</summary>
public sealed record RuleFilter
{
    /// <summary>States; empty for all.</summary>
    public IReadOnlyList<RuleState> States { get; init; } = [];

    /// <summary>Id of a source; null for all.</summary>
    public string? Source { get; init; }

    /// <summary>A keyword that was not understood; null for all.</summary>
    public string? Keyword { get; init; }

    /// <summary>Part of the message, or the number; null for all.</summary>
    public string? Text { get; init; }
}

/// <summary>What a trial showed.</summary>
/// <param name="Rules">Rules that ran.</param>
/// <param name="Refused">Rules that did not: line, keyword, reason.</param>
/// <param name="Packets">Packets of the capture.</param>
/// <param name="Matches">By rule: number, message, how often, and the first time.</param>
/// <param name="Problems">What of the capture could not be read.</param>
/// <param name="IsCut">Whether it ended before the capture did, because it took too long.</param>
public sealed record RuleTrial(int Rules, IReadOnlyList<string> Refused, long Packets, IReadOnlyList<RuleMatch> Matches, IReadOnlyList<string> Problems, bool IsCut);

/// <summary>How often a rule matched in a trial.</summary>
/// <param name="Sid">Its number.</param>
/// <param name="Message">What it says.</param>
/// <param name="Count">How many alerts.</param>
/// <param name="First">Time of the first.</param>
/// <param name="Packet">Packet of the first, from 1.</param>
/// <param name="From">Who sent what matched first.</param>
/// <param name="To">To whom.</param>
public sealed record RuleMatch(long Sid, string Message, long Count, CaptureTime First, long Packet, string From, string To);
