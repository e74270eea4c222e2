using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Admission.Asking;

namespace Wardkeeper.Hub.Tests.Admission;

/// <summary>Every condition has a case, with its reason and what is wanted; and what is done is what the segment and the safety check allow.</summary>
public class AdmissionRulingTests
{
    private static readonly AdmissionFacts Certified = Facts() with { Request = Request with { Method = AdmissionMethod.EapTls, Certificate = Shown }, Identity = Chip, Owner = Pump, HasCertificate = true };

    private static readonly Dictionary<string, (AdmissionFacts Facts, AdmissionOutcome Wanted)> Cases = new(StringComparer.Ordinal)
    {
        ["out-of-use"] = (Facts() with { Card = Pump with { LifeCycle = "retired" } }, AdmissionOutcome.Refuse),
        ["certificate-revoked"] = (Certified with { Identity = Chip with { RevokedAt = Ago(1), RevocationReason = "keyCompromise" } }, AdmissionOutcome.Refuse),
        ["certificate-over"] = (Certified with { Identity = Chip with { NotAfter = Ago(1) } }, AdmissionOutcome.Onboard),
        ["certificate-unknown"] = (Certified with { Identity = null, Owner = null, HasCertificate = false }, AdmissionOutcome.Onboard),
        ["certificate-without-device"] = (Certified with { Owner = null }, AdmissionOutcome.Onboard),
        ["certificate-of-another-device"] = (Certified with { Owner = Kiosk with { Id = 9 } }, AdmissionOutcome.Quarantine),
        ["certificate-at-another-card"] = (Certified with { Card = null, Identity = Chip with { Grade = IdentityGrade.SoftwareCertificate } }, AdmissionOutcome.Quarantine),
        ["chip-at-another-card"] = (Certified with { Card = null }, AdmissionOutcome.Admit),
        ["identity-at-two-places"] = (Certified with { Card = null, Identity = Chip with { Grade = IdentityGrade.SoftwareCertificate }, Elsewhere = Settled() }, AdmissionOutcome.Quarantine),
        ["certificate-not-shown"] = (Facts() with { HasCertificate = true }, AdmissionOutcome.Onboard),
        ["identity-taken"] = (Facts() with { Taken = Chip with { RevokedAt = Ago(1), RevocationReason = "keyCompromise" } }, AdmissionOutcome.Refuse),
        ["fingerprint-broken"] = (Facts() with { Match = Broken }, AdmissionOutcome.Quarantine),
        ["two-places"] = (Facts() with { Plug = Settled("sw2 Gi1/0/1") with { TwoPlaces = Now } }, AdmissionOutcome.Quarantine),
        ["wrong-place"] = (Facts().With(Rule("infusion-pump") with { Ports = ["Gi2/*"] }), AdmissionOutcome.Quarantine),
        ["wrong-time"] = (Facts().With(Rule("infusion") with { From = new TimeOnly(22, 0), Until = new TimeOnly(6, 0) }), AdmissionOutcome.Quarantine),
        ["moved-unproven"] = (Facts() with { Card = Pump with { Mobility = "fixed" }, Plug = Settled("sw2 Gi1/0/1") }, AdmissionOutcome.Onboard),
        ["never-seen-medical"] = (Facts() with { Card = null, Care = null, LooksMedical = true, Plug = New() }, AdmissionOutcome.Onboard),
        ["guest-over"] = (Facts() with { Card = null, Care = null, Guest = new AdmissionGuest(1, Mac, "90", "li", "lecture", Ago(60), Ago(1)) }, AdmissionOutcome.Refuse),
        ["never-seen"] = (Facts() with { Card = null, Care = null, Plug = New() }, AdmissionOutcome.Onboard),
        ["unregistered"] = (Facts() with { Card = Pump with { IsKnownToPeople = false } }, AdmissionOutcome.Onboard),
        ["factor-certificate"] = (Facts() with { Card = Scanner, Approval = Word() }, AdmissionOutcome.Onboard),
        ["factor-port"] = (Certified with { Card = Scanner, Owner = Scanner, Plug = Settled("sw2 Gi1/0/1") }, AdmissionOutcome.Onboard),
        ["factor-fingerprint"] = (Certified with { Card = Scanner, Owner = Scanner, Approval = Word(), Match = FingerprintComparison.Nothing }, AdmissionOutcome.Admit),
        ["factor-approval"] = (Certified with { Card = Scanner, Owner = Scanner }, AdmissionOutcome.Onboard),
        ["open-finding"] = (Facts() with { Findings = [new StandingFinding(12, "device-impersonated", Severity.High, Ago(1))] }, AdmissionOutcome.Quarantine),
    };

    public static TheoryData<string> Keys => [.. AdmissionConditions.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_condition_has_a_case_with_its_reason_and_what_is_wanted(string key)
    {
        (AdmissionFacts facts, AdmissionOutcome wanted) = Cases[key];
        AdmissionDecision decision = AdmissionRuling.Of(facts);
        AdmissionReason reason = decision.Reasons.Single(one => one.Key == key);
        Assert.Equal((wanted, wanted), (decision.Wanted, decision.Outcome));
        foreach (bool chinese in (bool[])[false, true]) Assert.DoesNotContain("{", AdmissionTexts.Of(reason, chinese), StringComparison.Ordinal);
        Assert.NotEqual(AdmissionTexts.Of(reason, true), AdmissionTexts.Of(reason, false));
        // The same facts give the same decision; an observing segment carries nothing out and says what it would have done.
        Assert.Equal(decision.Reasons, AdmissionRuling.Of(facts).Reasons);
        AdmissionDecision observed = AdmissionRuling.Of(facts with { Segment = Ward with { Mode = SegmentMode.Observe } });
        Assert.Equal((AdmissionOutcome.Admit, wanted, (ClearedAction?)null), (observed.Outcome, observed.Wanted, observed.Cleared));
        Assert.Equal(wanted != AdmissionOutcome.Admit, observed.Reasons.Any(one => one.Key == "observing"));
    }

    [Fact]
    public void A_device_that_belongs_is_let_in_and_told_why()
    {
        AdmissionDecision decision = AdmissionRuling.Of(Facts());
        Assert.Equal((AdmissionOutcome.Admit, AdmissionOutcome.Admit, "20", IdentityGrade.FingerprintAndPort), (decision.Outcome, decision.Wanted, decision.Vlan, decision.Grade));
        Assert.Equal(["known", "grade", "fingerprint-agrees", "usual-place"], decision.Reasons.Select(one => one.Key));
        Assert.Equal("It is Pump 7 of the ledger, and nothing stands against it", AdmissionTexts.Of(decision.Reasons[0], chinese: false));
        Assert.Equal(IdentityGrade.ChipCertificate, AdmissionRuling.Of(Certified).Grade);
    }

    [Fact]
    public void What_a_rule_gives_is_given_where_the_device_is_let_in()
    {
        AdmissionDecision decision = AdmissionRuling.Of(Facts().With(Rule("infusion") with { Number = 4, Vlan = "41", Acl = "pumps", SessionTimeout = TimeSpan.FromHours(4), Segments = ["ward"], Departments = ["ICU"] }));
        Assert.Equal(("41", "pumps", TimeSpan.FromHours(4)), (decision.Vlan, decision.Acl, decision.SessionTimeout));
        Assert.Contains(new AdmissionReason("rule", "4"), decision.Reasons);
        AdmissionDecision held = AdmissionRuling.Of((Facts() with { Match = Broken }).With(Rule("infusion") with { Vlan = "41", Acl = "pumps" }));
        Assert.Equal(("666", null), (held.Vlan, held.Acl));
    }

    [Fact]
    public void Life_support_in_use_with_a_broken_fingerprint_stays_in_and_a_kiosk_does_not()
    {
        AdmissionFacts monitor = Facts() with { Card = Pump with { Type = "patient-monitor", Category = "monitoring" }, Match = Broken, Care = LifeSupport };
        AdmissionDecision stays = AdmissionRuling.Of(monitor);
        Assert.Equal((AdmissionOutcome.Admit, AdmissionOutcome.Quarantine, "20"), (stays.Outcome, stays.Wanted, stays.Vlan));
        Assert.Contains(stays.Reasons, one => one.Key is "safety-holds" or "safety-needs-two");
        AdmissionDecision kiosk = AdmissionRuling.Of(Facts() with { Card = Kiosk, Match = Broken });
        Assert.Equal((AdmissionOutcome.Quarantine, "666"), (kiosk.Outcome, kiosk.Vlan));
        Assert.Equal([7L], kiosk.Cleared!.Action.Devices);
        // Where nobody entered the consequence of failure, death is taken.
        Assert.Equal(AdmissionOutcome.Admit, AdmissionRuling.Of(monitor with { Care = CareSituation.Of(null, true, null, null, true, null) }).Outcome);
    }

    [Fact]
    public void Who_was_never_seen_is_held_back_without_a_cleared_action_and_who_was_let_in_once_is_not()
    {
        AdmissionDecision first = AdmissionRuling.Of(Cases["never-seen"].Facts);
        Assert.Equal((AdmissionOutcome.Onboard, "30", (ClearedAction?)null, (long?)null), (first.Outcome, first.Vlan, first.Cleared, first.Device));
        Assert.Contains(first.Reasons, one => one.Key == "first-admission");
        Assert.Equal((AdmissionOutcome.Quarantine, "666"), Brief(AdmissionRuling.Of(Cases["never-seen"].Facts with { Segment = Ward with { OnboardVlan = null } })));
        // What it shows in quarantine makes it a device of the ledger; it is still its first admission.
        AdmissionFacts shown = Cases["never-seen"].Facts with { Card = Pump with { IsKnownToPeople = false, FirstSeen = Now }, Care = LifeSupport };
        Assert.Equal(AdmissionOutcome.Onboard, AdmissionRuling.Of(shown).Outcome);
        Assert.Equal(AdmissionOutcome.Admit, AdmissionRuling.Of(shown with { Card = Pump with { IsKnownToPeople = false } }).Outcome);
        Assert.Equal(AdmissionOutcome.Admit, AdmissionRuling.Of(Cases["never-seen"].Facts with { Plug = Settled() }).Outcome);
    }

    [Fact]
    public void A_guest_is_among_guests_until_its_time_is_over()
    {
        AdmissionGuest guest = new(1, Mac, "90", "li", "lecture", Ago(10), new CaptureTime(Now.Nanoseconds + (20 * 60 * CaptureTime.PerSecond)));
        AdmissionFacts stranger = Cases["never-seen"].Facts with { Plug = Settled() };
        AdmissionDecision now = AdmissionRuling.Of(stranger with { Guest = guest });
        Assert.Equal((AdmissionOutcome.Admit, AdmissionOutcome.Admit, "90", TimeSpan.FromMinutes(20)), (now.Outcome, now.Wanted, now.Vlan, now.SessionTimeout));
        AdmissionGuest over = guest with { Until = Ago(1) };
        AdmissionDecision after = AdmissionRuling.Of(stranger with { Guest = over });
        Assert.Equal((AdmissionOutcome.Refuse, AdmissionOutcome.Refuse), (after.Outcome, after.Wanted));
        Assert.NotNull(after.Cleared);
        // A card of a maker of medical devices is not put out; it stays among guests.
        AdmissionDecision medical = AdmissionRuling.Of(stranger with { Guest = over, LooksMedical = true });
        Assert.Equal((AdmissionOutcome.Admit, AdmissionOutcome.Refuse, "90"), (medical.Outcome, medical.Wanted, medical.Vlan));
    }

    [Fact]
    public void A_persons_word_lifts_what_a_person_can_judge_and_nothing_else()
    {
        foreach ((string key, (AdmissionFacts facts, AdmissionOutcome wanted)) in Cases)
        {
            if (key.StartsWith("factor-", StringComparison.Ordinal) || facts.Device is null) continue;
            AdmissionDecision decision = AdmissionRuling.Of(facts with { Approval = Word() });
            Assert.Equal(AdmissionConditions.Of(key).IsLifted ? AdmissionOutcome.Admit : wanted, decision.Wanted);
            Assert.Contains(decision.Reasons, one => one is { Key: "approved", Value: "eng: WO-12" });
        }
        AdmissionDecision large = AdmissionRuling.Of(Certified with { Card = Scanner, Owner = Scanner, Approval = Word() });
        Assert.Equal(AdmissionOutcome.Admit, large.Wanted);
    }

    [Fact]
    public void An_impostor_that_was_found_is_gone_when_the_rightful_machine_shows_itself_after_plugging_in_again()
    {
        AdmissionFacts found = Facts() with { Findings = [new StandingFinding(3, "fingerprint-broken", Severity.High, Ago(40))], Plug = Settled() with { TrustedAt = Ago(20) } };
        Assert.Equal(AdmissionOutcome.Admit, AdmissionRuling.Of(found).Wanted);
        Assert.Equal(AdmissionOutcome.Quarantine, AdmissionRuling.Of(found with { Plug = Settled() }).Wanted);
        Assert.Equal(AdmissionOutcome.Quarantine, AdmissionRuling.Of(found with { Plug = found.Plug with { Doubts = [new Doubt(Ago(5), null)] } }).Wanted);
        Assert.Equal(AdmissionOutcome.Quarantine, AdmissionRuling.Of(found with { Findings = [new StandingFinding(3, "fingerprint-broken", Severity.High, Ago(10))] }).Wanted);
        Assert.Equal(AdmissionOutcome.Quarantine, AdmissionRuling.Of(found with { Findings = [new StandingFinding(4, "beacon", Severity.High, Ago(40))] }).Wanted);
        Assert.Equal(AdmissionOutcome.Admit, AdmissionRuling.Of(found with { Findings = [new StandingFinding(4, "beacon", Severity.Medium, Ago(40))] }).Wanted);
    }

    private static (AdmissionOutcome, string?) Brief(AdmissionDecision decision) => (decision.Outcome, decision.Vlan);

    private static Plug New() => new(Mac, PlugBook.PlaceOf(Request), Now, Now, Now, [], false);

    private static AdmissionApproval Word() => new(7, "eng", "WO-12", Ago(60), new CaptureTime(Now.Nanoseconds + CaptureTime.PerSecond));
}
