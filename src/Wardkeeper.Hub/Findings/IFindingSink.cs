using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings;

/// <summary>Takes what detectors find.</summary>
public interface IFindingSink
{
    /// <summary>Raises a finding, or counts it up when it is known already.</summary>
    void Raise(Sighting sighting);

    /// <summary>Says which findings of a type are true now, of a type that something outside the traffic decides. The others are over: those that are open are closed, without a verdict, and open again when they are raised again.</summary>
    /// <param name="type">The type.</param>
    /// <param name="keys">Keys of those that are true.</param>
    /// <param name="at">Since when that is so.</param>
    void Only(FindingType type, IReadOnlySet<string> keys, CaptureTime at);
}

/// <summary>One sighting of what a finding says: new, or again.</summary>
public sealed record Sighting
{
    /// <summary>Type of finding.</summary>
    public required FindingType Type { get; init; }

    /// <summary>Whom it is about.</summary>
    public required Party Subject { get; init; }

    /// <summary>With whom, when that belongs to the finding; null when it is the subject's alone.</summary>
    public Party? Peer { get; init; }

    /// <summary>What tells two findings of one type, subject and peer apart, for example a port; empty when nothing does.</summary>
    public string Discriminator { get; init; } = "";

    /// <summary>How bad; the type's own when null.</summary>
    public Severity? Severity { get; init; }

    /// <summary>How sure, 0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>What fills the places of title and explanation.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What it rests on.</summary>
    public required IReadOnlyList<Fact> Facts { get; init; }

    /// <summary>Network it was reached from, as the site calls it; null when that does not belong to the type.</summary>
    public string? ReachedFrom { get; init; }

    /// <summary>Where it was seen.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>How many sightings this one stands for, at least one.</summary>
    public long Times { get; init; } = 1;

    /// <summary>What counts as the same.</summary>
    public string Key => string.Join('|', Type.Name, Subject.Key, Peer?.Key ?? "", Discriminator);

    /// <summary>When it was seen.</summary>
    public CaptureTime At => Evidence.At;
}

/// <summary>What all findings of a type have in common. Its words are <c>NAME.name</c>, <c>.title</c>, <c>.why</c>, <c>.next</c> and <c>.blind</c> in the texts.</summary>
/// <param name="Name">Kebab case.</param>
/// <param name="Severity">Usual severity.</param>
/// <param name="Duty">Who has to act.</param>
/// <param name="Technique">ATT&amp;CK technique, or null.</param>
/// <param name="IsExposure">Whether it is something reachable or open that should not be, rather than something that happened: listed under Exposures.</param>
public sealed record FindingType(string Name, Severity Severity, Duty Duty, string? Technique = null, bool IsExposure = false)
{
    /// <summary>What the subject of such a finding does in it: most are about who acted. The peer does the other.</summary>
    public PartyRole SubjectIs { get; init; }

    /// <summary>Whether it tells of something that somebody does, and so may belong to an incident.</summary>
    public bool IsAttack => !IsExposure && Technique is not null;
}

/// <summary>What a party does in a finding.</summary>
public enum PartyRole
{
    /// <summary>It acts.</summary>
    Actor,

    /// <summary>It is acted upon.</summary>
    Target,
}
