using System.Collections.Frozen;
using System.Collections.Immutable;
using Wardkeeper.Hub.Detection;

namespace Wardkeeper.Hub.Techniques;

/// <summary>Tactics and techniques of MITRE ATT&amp;CK, Enterprise and ICS, with their names; from <c>attack-tactics.tsv</c> and <c>attack-techniques.tsv</c>.</summary>
public static class AttackTechniques
{
    /// <summary>The two matrices, API values.</summary>
    public static ImmutableArray<string> Domains { get; } = ["enterprise", "ics"];

    /// <summary>Where names come from; must stand where they are shown.</summary>
    public const string Notice = "MITRE ATT&CK 18.1 © 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.";

    // An attack reads from reconnaissance to impact, not by number.
    private static readonly string[] Order =
    [
        "reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation", "defense-evasion", "evasion", "credential-access", "discovery", "lateral-movement",
        "collection", "command-and-control", "exfiltration", "inhibit-response-function", "impair-process-control", "impact",
    ];

    private static readonly FrozenDictionary<string, AttackTechnique> ById =
        HubTable.Rows("attack-techniques.tsv").Select(cells => new AttackTechnique(cells[0], cells[1], [.. cells[2].Split(',')], cells[3], cells[4].Length == 0 ? null : cells[4])).ToFrozenDictionary(one => one.Id, StringComparer.Ordinal);

    /// <summary>All tactics, by domain in the order of an attack.</summary>
    public static ImmutableArray<AttackTactic> Tactics { get; } =
        [.. HubTable.Rows("attack-tactics.tsv").Select(cells => new AttackTactic(cells[0], cells[1], cells[2], cells[3], cells[4])).OrderBy(one => one.Domain, StringComparer.Ordinal).ThenBy(one => Array.IndexOf(Order, one.Key))];

    /// <summary>All techniques, by number.</summary>
    public static ImmutableArray<AttackTechnique> All { get; } = [.. ById.Values.OrderBy(one => one.Id, StringComparer.Ordinal)];

    /// <summary>A technique; null when there is none of that number.</summary>
    public static AttackTechnique? Of(string id) => ById.GetValueOrDefault(id);
}

/// <summary>A tactic: what somebody wants to reach.</summary>
/// <param name="Id">Number, for example <c>TA0007</c>.</param>
/// <param name="Domain"><c>enterprise</c> or <c>ics</c>.</param>
/// <param name="Key">Short name, for example <c>discovery</c>.</param>
/// <param name="English">Name.</param>
/// <param name="Chinese">Name.</param>
public sealed record AttackTactic(string Id, string Domain, string Key, string English, string Chinese)
{
    /// <summary>Name in a language.</summary>
    public string In(bool chinese) => chinese ? Chinese : English;
}

/// <summary>A technique: how.</summary>
/// <param name="Id">Number, for example <c>T1046</c> or <c>T1021.001</c>.</param>
/// <param name="Domain"><c>enterprise</c> or <c>ics</c>.</param>
/// <param name="Tactics">Short names of the tactics that it serves.</param>
/// <param name="English">Name.</param>
/// <param name="Chinese">Name; null where there is none of ours.</param>
public sealed record AttackTechnique(string Id, string Domain, ImmutableArray<string> Tactics, string English, string? Chinese)
{
    /// <summary>Whether it is a kind of another technique.</summary>
    public bool IsSub => Id.Contains('.', StringComparison.Ordinal);

    /// <summary>Name in a language; the English one where there is no other.</summary>
    public string In(bool chinese) => chinese ? Chinese ?? English : English;
}
