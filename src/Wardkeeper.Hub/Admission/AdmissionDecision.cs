using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;

namespace Wardkeeper.Hub.Admission;

/// <summary>What becomes of a device that asks.</summary>
public enum AdmissionOutcome
{
    /// <summary>It is let in, into its own network.</summary>
    Admit,

    /// <summary>It is let in where it can only make itself known: enrol, be registered.</summary>
    Onboard,

    /// <summary>It is let in where it reaches nothing that matters. Ranks as isolating its port.</summary>
    Quarantine,

    /// <summary>It is not let in. Ranks as isolating its port.</summary>
    Refuse,
}

/// <summary>One reason of a decision: a key of the texts in <c>admission-reasons.tsv</c> and what it speaks of.</summary>
/// <param name="Key">The text's key.</param>
/// <param name="Value">What fills its <c>{0}</c>; null when it has none.</param>
public readonly record struct AdmissionReason(string Key, string? Value = null);

/// <summary>How well what a device does agrees with what is known of it.</summary>
/// <param name="Score">0 to 100; null when nothing could be compared.</param>
/// <param name="Traits">What was compared.</param>
public sealed record FingerprintMatch(int? Score, IReadOnlyList<TraitMatch> Traits);

/// <summary>One trait of a fingerprint, compared.</summary>
/// <param name="Trait">Which: <c>dhcp-order</c>, <c>tcp-syn</c>, <c>tls-ja4</c>, <c>dicom-implementation</c>, <c>service</c> …</param>
/// <param name="Expected">What is known of it.</param>
/// <param name="Seen">What was seen since it was plugged in; null when it did not show yet.</param>
/// <param name="Weight">What it counts, as agreement or as difference; 0 while it did not show.</param>
/// <param name="Agrees">Whether they agree; null when it did not show yet.</param>
public sealed record TraitMatch(string Trait, string Expected, string? Seen, int Weight, bool? Agrees);

/// <summary>What was decided for a request, with everything it was derived from.</summary>
/// <param name="Number">The decision's number; travels in RADIUS's Class and comes back in accounting.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Device">The device of the ledger; null when it was never seen.</param>
/// <param name="Segment">Name of the segment that the switch's port belongs to.</param>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Wanted">What would have become of it if the segment enforced; the same where it does, or where nothing stands against the device.</param>
/// <param name="Vlan">The VLAN that it goes to (1 to 4094 or a name); null leaves the port's own.</param>
/// <param name="Acl">Name of the access list; null for none.</param>
/// <param name="SessionTimeout">After which time it must ask again; null for the segment's own.</param>
/// <param name="Grade">How strongly it proved itself.</param>
/// <param name="Match">How well it agrees with its fingerprint.</param>
/// <param name="Reasons">Why, the deciding one first.</param>
/// <param name="Cleared">What allows the enforcing outcome; null when the outcome admits, or when the device was never seen before (the sole exception).</param>
public sealed record AdmissionDecision(
    long Number,
    AdmissionRequest Request,
    long? Device,
    string Segment,
    AdmissionOutcome Outcome,
    AdmissionOutcome Wanted,
    string? Vlan,
    string? Acl,
    TimeSpan? SessionTimeout,
    IdentityGrade Grade,
    FingerprintMatch Match,
    IReadOnlyList<AdmissionReason> Reasons,
    ClearedAction? Cleared)
{
    /// <summary>Whether the device is held back.</summary>
    public bool IsEnforcing => Outcome is AdmissionOutcome.Quarantine or AdmissionOutcome.Refuse;
}

/// <summary>Decides who is let in. Answers within milliseconds from memory; whoever calls it stores the decision.</summary>
public interface IAdmissionDecider
{
    /// <summary>The decision. Never throws on input.</summary>
    ValueTask<AdmissionDecision> DecideAsync(AdmissionRequest request, CancellationToken cancel);

    /// <summary>What would be decided. Notes nothing; the decision has no number.</summary>
    AdmissionDecision Rehearse(AdmissionRequest request);
}
