using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A password that crossed the network readable, that a machine of the site took, and that can be guessed: none at all, the user's own name, one that
/// makers set at the factory, shorter than eight characters, digits alone. The sensor judges where it reads; only the rule leaves it. Silent on
/// passwords that were refused (somebody guesses), on anonymous ones, and on machines outside.
/// </summary>
internal sealed class WeakPassword : IDetector, IDetector<Observation>
{
    private static readonly FindingType Type = new("weak-password", Severity.Medium, Duty.ClinicalEngineering, "T1078.001", IsExposure: true);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("weak-password", Type);

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim { Kind: ClaimKind.WeakPassword } claim || !known.Local.Contains(claim.Subject.Ip)) return;
        int colon = claim.Value.LastIndexOf(": ", StringComparison.Ordinal);
        string user = colon < 0 ? "-" : claim.Value[..colon], rule = claim.Value[(colon < 0 ? 0 : colon + 2)..];
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(claim.Subject),
            Discriminator = $"{claim.Protocol}/{user}",
            Severity = rule is "shorter-than-8" or "digits-only" ? null : Severity.High,
            Confidence = 0.95,
            Arguments = [user != "-" ? user : claim.Protocol == "snmp" ? "@word.password.community" : "@word.password.nobody", claim.Protocol, "@word.password." + rule],
            Facts = [new Fact("protocol", claim.Protocol), new Fact("user", user), new Fact("password-rule", rule, "twelve characters or more, used nowhere else")],
            Evidence = new Evidence(claim.At, claim.Uid, claim.Packet, claim.Protocol),
        });
    }
}
