using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Incidents;

/// <summary>
/// Findings that belong together: one actor, one target, or a chain in which who was attacked attacks in turn. What was observed belongs to
/// the <see cref="IncidentBook"/>; what people decided (state, assignee, lesson, merging, splitting) is changed through
/// <see cref="IIncidentCommands"/> alone.
/// </summary>
public sealed class Incident
{
    /// <summary>Its number, in the order in which incidents came to be; shown as <c>I-12</c>. 0 for a group that is none (yet).</summary>
    public long Number { get; set; }

    /// <summary>Severity of the worst finding in it.</summary>
    public Severity Severity { get; set; }

    /// <summary>First sign.</summary>
    public required CaptureTime First { get; set; }

    /// <summary>Last sign.</summary>
    public required CaptureTime Last { get; set; }

    /// <summary>The finding that it is called by: the worst one, of these the first.</summary>
    public long Lead { get; set; }

    /// <summary>Its findings, in the order in which they joined; at most <see cref="IncidentBook.MembersKept"/>.</summary>
    public required List<IncidentMember> Members { get; init; }

    /// <summary>Findings that belong to it beyond those that are kept.</summary>
    public long More { get; set; }

    /// <summary>Who acted: addresses, and devices as <c>D-12</c>.</summary>
    public HashSet<string> Actors { get; } = new(StringComparer.Ordinal);

    /// <summary>Who was acted upon, likewise.</summary>
    public HashSet<string> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>Where it stands.</summary>
    public IncidentState State { get; set; }

    /// <summary>Whether a person decided something about it; such an incident is never merged into another by itself.</summary>
    public bool IsTouched { get; set; }

    /// <summary>The incident that took its findings; null when it stands for itself.</summary>
    public long? MergedInto { get; set; }

    /// <summary>Whether a day's budget kept the group from becoming an incident.</summary>
    internal bool IsRefused { get; set; }

    /// <summary>Short, speakable name.</summary>
    public string Id => IdOf(Number);

    /// <summary>Whether more findings may join it.</summary>
    public bool IsOpen => State != IncidentState.Closed && MergedInto is null;

    /// <summary>Short, speakable name of a number.</summary>
    public static string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"I-{number}");
}

/// <summary>A finding in an incident.</summary>
/// <param name="Finding">Its number.</param>
/// <param name="Why">Why it belongs there.</param>
/// <param name="Through">The address or device by which it belongs there; empty for the first one, and for what a person put there.</param>
public sealed record IncidentMember(long Finding, JoinReason Why, string Through);

/// <summary>Where an incident stands.</summary>
public enum IncidentState
{
    /// <summary>Nobody has looked yet.</summary>
    New,

    /// <summary>Somebody is finding out what it is.</summary>
    Triage,

    /// <summary>It is being handled.</summary>
    InProgress,

    /// <summary>It goes no further.</summary>
    Contained,

    /// <summary>What was affected works as before.</summary>
    Recovered,

    /// <summary>Closed, with what was learned.</summary>
    Closed,
}

/// <summary>Why a finding belongs to an incident.</summary>
public enum JoinReason
{
    /// <summary>It is the first of it.</summary>
    First,

    /// <summary>The same actor.</summary>
    SameActor,

    /// <summary>The same target.</summary>
    SameTarget,

    /// <summary>Who was acted upon before acts now.</summary>
    TargetActs,

    /// <summary>Who acted is acted upon.</summary>
    ActorIsTarget,

    /// <summary>A person said so.</summary>
    ByHand,
}

/// <summary>API values of the words above: kebab case, and back.</summary>
public static class IncidentWords
{
    private static readonly string[] States = ["new", "triage", "in-progress", "contained", "recovered", "closed"];
    private static readonly string[] Reasons = ["first", "same-actor", "same-target", "target-acts", "actor-is-target", "by-hand"];

    /// <summary>API value.</summary>
    public static string Word(this IncidentState state) => States[(int)state];

    /// <summary>API value.</summary>
    public static string Word(this JoinReason reason) => Reasons[(int)reason];

    /// <summary>Reads an API value.</summary>
    public static bool TryParse(string? word, out IncidentState state)
    {
        int at = word is null ? -1 : Array.IndexOf(States, word);
        state = at < 0 ? default : (IncidentState)at;
        return at >= 0;
    }
}
