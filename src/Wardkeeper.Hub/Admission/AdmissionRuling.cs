using System.Globalization;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>
/// The decision itself: facts in, decision out, nothing else. What stands against the device says what is wanted; the segment says whether that is to be carried out; the safety check says whether it may be.
/// Whatever keeps a known device out of its own network, onboarding too, passes the safety check as an isolated port.
/// </summary>
public static class AdmissionRuling
{
    /// <summary>The decision, without its number.</summary>
    public static AdmissionDecision Of(AdmissionFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        List<(AdmissionReason Reason, AdmissionOutcome Wanted)> against = AdmissionConditions.Against(facts);
        List<AdmissionReason> reasons = [.. against.Select(one => one.Reason)];
        if (against.Count == 0) reasons.Add(facts.Guest is { } guest ? new AdmissionReason("guest", AdmissionConditions.Told(guest)) : new AdmissionReason("known", facts.Device!.Shown));
        Explain(facts, reasons);
        AdmissionOutcome wanted = against.Count == 0 ? AdmissionOutcome.Admit : against[0].Wanted;
        // Where there is no network to make itself known in, it waits in quarantine.
        if (wanted == AdmissionOutcome.Onboard && facts.Segment.OnboardVlan is null) wanted = AdmissionOutcome.Quarantine;
        ClearedAction? cleared = null;
        AdmissionOutcome outcome = wanted == AdmissionOutcome.Admit ? wanted : Allowed(facts, wanted, reasons, out cleared);
        AdmissionRule? rule = outcome == AdmissionOutcome.Admit ? AdmissionConditions.RuleOf(facts) : null;
        if (rule is not null) reasons.Add(new AdmissionReason("rule", rule.Number.ToString(CultureInfo.InvariantCulture)));
        string? vlan = outcome switch
        {
            // Whoever came as a guest stays among guests, also while nothing may put it out.
            AdmissionOutcome.Admit => facts.Guest?.Vlan ?? rule?.Vlan ?? facts.Segment.AdmitVlan,
            AdmissionOutcome.Onboard => facts.Segment.OnboardVlan,
            AdmissionOutcome.Quarantine => facts.Segment.QuarantineVlan,
            _ => null,
        };
        return new AdmissionDecision(0, facts.Request, facts.Device?.Id, facts.Segment.Name, outcome, wanted, vlan, rule?.Acl, facts.IsGuest ? Rest(facts) : rule?.SessionTimeout, facts.Grade, facts.Match, reasons, cleared);
    }

    /// <summary>What holding a device back would be, as the safety check judges it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="care">What may be done to it.</param>
    /// <param name="lasts">How long it would hold.</param>
    /// <param name="reason">Why.</param>
    /// <param name="at">The moment.</param>
    public static SafetyPreview Holding(long device, CareSituation care, TimeSpan lasts, string reason, CaptureTime at) =>
        new(new ProposedAction(0, LadderStep.IsolatePort, [device], lasts < SafetyCheck.Longest ? lasts : SafetyCheck.Longest, reason, null), [care], at);

    private static AdmissionOutcome Allowed(AdmissionFacts facts, AdmissionOutcome wanted, List<AdmissionReason> reasons, out ClearedAction? cleared)
    {
        cleared = null;
        if (facts.Segment.Mode != SegmentMode.Enforce)
        {
            reasons.Add(new AdmissionReason("observing", facts.Segment.Name));
            return AdmissionOutcome.Admit;
        }
        if (facts.IsFirstAdmission)
        {
            reasons.Add(new AdmissionReason("first-admission"));
            return wanted;
        }
        // A card that was let in and that the ledger lost sight of: nobody can say what hangs on it.
        // A guest's machine is what its sponsor said: nothing that patients depend on, unless its card says otherwise.
        CareSituation? care = facts is { Guest: not null, LooksMedical: false, Device: null or { Type: null } } ? CareSituation.Of(null, isMedical: false, null, null, comesBackAtOnce: true, null) : facts.Care;
        if ((facts.Device is null && facts.Guest is null) || care is null)
        {
            reasons.Add(new AdmissionReason("safety-holds", "?"));
            return AdmissionOutcome.Admit;
        }
        SafetyPreview preview = Holding(facts.Device?.Id ?? 0, care, facts.Segment.SessionTimeout, AdmissionTexts.Of(reasons[0], chinese: false), facts.Request.At);
        SafetyVerdict verdict = SafetyCheck.Judge(preview);
        cleared = SafetyCheck.Clear(preview, [], facts.Request.At);
        reasons.Add(new AdmissionReason(cleared is not null ? "cleared" : verdict.Answer == SafetyAnswer.NeedsTwoPeople ? "safety-needs-two" : "safety-holds", SafetyCheck.Told(verdict)));
        return cleared is null ? AdmissionOutcome.Admit : wanted;
    }

    /// <summary>After which time a guest must ask again: when the guest's time is over, if that comes first.</summary>
    private static TimeSpan Rest(AdmissionFacts facts)
    {
        TimeSpan left = facts.Guest!.Until.Since(facts.Request.At);
        return left < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : left < facts.Segment.SessionTimeout ? left : facts.Segment.SessionTimeout;
    }

    private static void Explain(AdmissionFacts facts, List<AdmissionReason> reasons)
    {
        reasons.Add(new AdmissionReason("grade", KebabWord.Of(facts.Grade)));
        if (facts.Request.Method == AdmissionMethod.Peap) reasons.Add(new AdmissionReason("password-only"));
        if (facts.Match.Score is not { } score) reasons.Add(new AdmissionReason("fingerprint-not-compared"));
        else if (FingerprintComparison.IsGood(facts.Match)) reasons.Add(new AdmissionReason("fingerprint-agrees", score.ToString(CultureInfo.InvariantCulture)));
        if (facts.Findings.Any(finding => AdmissionConditions.IsExcused(facts, finding.Type))) reasons.Add(new AdmissionReason("replugged"));
        if (facts.IsAtUsualPlace) reasons.Add(new AdmissionReason("usual-place", facts.Plug.Place));
        else if (AdmissionConditions.IsMoved(facts)) reasons.Add(new AdmissionReason("moved", PlugBook.UsualPlace(facts.Plug)));
        if (facts.Approval is { } approval) reasons.Add(new AdmissionReason("approved", $"{approval.Who}: {approval.Reason}"));
    }
}
