using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Trust;

namespace Wardkeeper.Hub.Admission;

/// <summary>
/// What can stand against a device that asks, each by its key: here is when it holds, in <c>admission-rules.tsv</c> what follows from it and whether a person's word lifts it, in
/// <c>admission-reasons.tsv</c> how it is told.
/// </summary>
internal static class AdmissionConditions
{
    /// <summary>What follows from a condition.</summary>
    /// <param name="Outcome">What is wanted.</param>
    /// <param name="IsLifted">Whether an approval lifts it.</param>
    public sealed record Consequence(AdmissionOutcome Outcome, bool IsLifted);

    private static readonly FrozenDictionary<string, Consequence> Table = HubTable.Rows("admission-rules.tsv").ToFrozenDictionary(
        cells => cells[0], cells => new Consequence(Enum.Parse<AdmissionOutcome>(cells[1], ignoreCase: true), cells[2] == "lifted"), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> FactorsByType = HubTable.Rows("admission-factors.tsv").ToFrozenDictionary(cells => cells[0], cells => cells[1].Split(','), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (AdmissionOutcome Outcome, Severity Least)> FindingTypes = HubTable.Rows("admission-findings.tsv").ToFrozenDictionary(
        cells => cells[0], cells => (Enum.Parse<AdmissionOutcome>(cells[1], ignoreCase: true), Enum.Parse<Severity>(cells[2], ignoreCase: true)), StringComparer.Ordinal);

    /// <summary>Each condition: its key and the value that fills its text where it holds; null where it does not.</summary>
    private static readonly (string Key, Func<AdmissionFacts, string?> Holds)[] All =
    [
        ("out-of-use", facts => facts.Device is { IsOutOfUse: true } device ? device.LifeCycle : null),
        ("certificate-revoked", facts => facts.IsRevoked ? facts.Identity!.RevocationReason ?? "unspecified" : null),
        ("certificate-over", facts => facts.Identity is { } identity && !facts.IsCertified && !facts.IsRevoked ? Shown(identity) : null),
        ("certificate-unknown", facts => facts.Request.Certificate is { } shown && facts.Identity is null ? shown.Subject : null),
        ("certificate-without-device", facts => facts.Identity is not null && facts.Owner is null ? Shown(facts.Identity) : null),
        ("certificate-of-another-device", facts => facts is { Card: { } card, Owner: { } owner } && card.Id != owner.Id ? owner.Shown : null),
        ("certificate-at-another-card", facts => IsAtAnotherCard(facts) && facts.Identity!.Grade < IdentityGrade.ChipCertificate ? facts.Owner!.Shown : null),
        ("chip-at-another-card", facts => IsAtAnotherCard(facts) && facts.Identity!.Grade == IdentityGrade.ChipCertificate ? facts.Owner!.Shown : null),
        ("identity-at-two-places", facts => facts.IsAtTwoPlaces ? $"{facts.Elsewhere!.Place} · {facts.Plug.Place}" : null),
        ("certificate-not-shown", facts => facts is { HasCertificate: true, Request.Certificate: null, Device: { } device } ? device.Shown : null),
        ("identity-taken", facts => facts is { Taken: { } taken, IsRevoked: false, IsCertified: false } ? taken.RevocationReason ?? "unspecified" : null),
        ("fingerprint-broken", facts => FingerprintComparison.IsBroken(facts.Match) ? Different(facts.Match) : null),
        ("two-places", facts => facts.Plug.TwoPlaces is not null ? string.Join(" · ", facts.Plug.Places.Take(2).Select(place => place.Place)) : null),
        ("wrong-place", facts => PlaceOf(facts) is { } rules && !rules.Any(rule => rule.IsPlace(facts.Request, facts.Segment.Name)) ? string.Join(" / ", rules.Select(rule => rule.Place())) : null),
        ("wrong-time", facts => PlaceOf(facts) is { } rules && rules.Any(rule => rule.IsPlace(facts.Request, facts.Segment.Name)) && RuleOf(facts) is null ? string.Join(" / ", rules.Select(rule => rule.Hours()).Where(hours => hours.Length > 0)) : null),
        ("moved-unproven", facts => IsMoved(facts) && facts.Grade < IdentityGrade.SoftwareCertificate && facts.Device?.Mobility == "fixed" ? PlugBook.UsualPlace(facts.Plug) : null),
        ("guest-over", facts => facts is { Guest: { } guest, IsGuest: false } ? Told(guest) : null),
        ("never-seen-medical", facts => facts is { Device: null, LooksMedical: true, Guest: null } ? facts.Request.Mac : null),
        ("never-seen", facts => facts is { Device: null, LooksMedical: false, Guest: null } ? facts.Request.Mac : null),
        ("unregistered", facts => facts is { Device: { IsKnownToPeople: false } device, Guest: null, IsOwnCertificate: false } ? device.Shown : null),
        ("factor-certificate", facts => Lacks(facts, "certificate", !facts.IsOwnCertificate)),
        ("factor-port", facts => Lacks(facts, "port", !facts.IsAtUsualPlace && !IsAtEnteredPort(facts))),
        ("factor-fingerprint", facts => Lacks(facts, "fingerprint", !FingerprintComparison.IsGood(facts.Match))),
        ("factor-approval", facts => Lacks(facts, "approval", facts.Approval is null)),
    ];

    /// <summary>Keys of all conditions, those of findings among them.</summary>
    public static IEnumerable<string> Keys => All.Select(one => one.Key).Append("open-finding");

    /// <summary>What follows from a condition.</summary>
    public static Consequence Of(string key) => Table[key];

    /// <summary>Types of finding that stand against admission.</summary>
    public static IReadOnlySet<string> Types { get; } = FindingTypes.Keys.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Types of device that need several factors.</summary>
    public static IEnumerable<string> LargeEquipment => FactorsByType.Keys;

    /// <summary>What stands against it, with what follows; the worst first.</summary>
    public static List<(AdmissionReason Reason, AdmissionOutcome Wanted)> Against(AdmissionFacts facts)
    {
        List<(AdmissionReason Reason, AdmissionOutcome Wanted)> found = [];
        foreach ((string key, Func<AdmissionFacts, string?> holds) in All)
        {
            if (holds(facts) is not { } value) continue;
            Consequence follows = Table[key];
            found.Add((new AdmissionReason(key, value), follows.IsLifted && facts.Approval is not null ? AdmissionOutcome.Admit : follows.Outcome));
        }
        foreach (StandingFinding finding in facts.Findings)
        {
            // It behaved like itself since: the one that was found is gone.
            bool isGone = facts.Plug is { IsInDoubt: false, TrustedAt: { } trusted } && finding.Last < trusted && IsOfIdentity(finding.Type);
            if (isGone || IsExcused(facts, finding.Type) || !FindingTypes.TryGetValue(finding.Type, out (AdmissionOutcome Outcome, Severity Least) follows) || finding.Severity < follows.Least) continue;
            found.Add((new AdmissionReason("open-finding", string.Create(CultureInfo.InvariantCulture, $"F-{finding.Number} {finding.Type}")), follows.Outcome));
        }
        return [.. found.OrderByDescending(one => one.Wanted)];
    }

    /// <summary>The rule that lets the device be here now: of those that mean it the one with the lowest number; null when none does.</summary>
    public static AdmissionRule? RuleOf(AdmissionFacts facts) => facts.Device is not { } device ? null
        : facts.Policy.Rules.FirstOrDefault(rule => rule.Means(device) && rule.IsPlace(facts.Request, facts.Segment.Name) && rule.IsTime(facts.Request.At, facts.Policy.Zone));

    /// <summary>Whether it is at a place that is not its usual one.</summary>
    public static bool IsMoved(AdmissionFacts facts) => PlugBook.UsualPlace(facts.Plug) is { } usual && usual != facts.Plug.Place;

    /// <summary>Whether a finding speaks of the machine that stood there before, as far as the one that is plugged in now showed yet.</summary>
    public static bool IsExcused(AdmissionFacts facts, string type) => type is "device-impersonated" or AdmissionFindings.BrokenName && facts.IsOnProbation;

    private static bool IsOfIdentity(string type) => type is "device-impersonated" or AdmissionFindings.BrokenName or AdmissionFindings.WrongDeviceName;

    private static AdmissionRule[]? PlaceOf(AdmissionFacts facts) =>
        facts.Device is { } device && facts.Policy.Rules.Where(rule => rule.Means(device)).ToArray() is { Length: > 0 } rules ? rules : null;

    private static bool IsAtAnotherCard(AdmissionFacts facts) => facts is { Card: null, IsCertified: true, Owner.Macs.Count: > 0 };

    private static bool IsAtEnteredPort(AdmissionFacts facts) =>
        facts.Device?.SwitchPort is { } entered && facts.Request.Port is { } port && entered.EndsWith(port, StringComparison.OrdinalIgnoreCase)
        && (facts.Request.NasIdentifier is not { } nas || entered.StartsWith(nas, StringComparison.OrdinalIgnoreCase) || !entered.Contains(' ', StringComparison.Ordinal));

    private static string? Lacks(AdmissionFacts facts, string factor, bool isMissing) =>
        isMissing && facts.Device is { Type: { } type } && FactorsByType.TryGetValue(type, out string[]? needed) && needed.Contains(factor) ? type : null;

    private static string Shown(TrustedIdentity identity) => identity.DeviceSerial ?? identity.Subject;

    /// <summary>A guest, for people.</summary>
    public static string Told(AdmissionGuest guest) => $"{guest.Reason} ({guest.Sponsor})";

    private static string Different(FingerprintMatch match) => string.Create(CultureInfo.InvariantCulture, $"{match.Score}: {string.Join(", ", match.Traits.Where(one => one.Agrees == false).Take(4).Select(one => one.Trait))}");
}
