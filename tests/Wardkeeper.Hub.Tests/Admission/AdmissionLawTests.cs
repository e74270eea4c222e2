using CsCheck;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Admission.Asking;

namespace Wardkeeper.Hub.Tests.Admission;

/// <summary>What holds whatever the facts are.</summary>
public class AdmissionLawTests
{
    private static readonly Gen<CareSituation> Care = Gen.Select(
        Pick<FailureConsequence?>(null, FailureConsequence.None, FailureConsequence.InappropriateTherapy, FailureConsequence.DeathOrSeriousInjury), Gen.Bool, Pick<bool?>(null, false, true), Pick<int?>(null, 0, 1), Gen.Bool, Pick<bool?>(null, false, true))
        .Select(one => CareSituation.Of(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5, one.Item6));

    private static readonly Gen<KnownDevice?> Device = Gen.OneOf(
        Pick<KnownDevice?>(null, null),
        Gen.Select(Pick(Pump, Kiosk, Scanner), Pick("deployed", "in-stock", "lost", "retired", "scrapped"), Pick<string?>(null, "fixed", "mobile"), Gen.Bool, Gen.Bool)
            .Select(one => (KnownDevice?)(one.Item1 with { LifeCycle = one.Item2, Mobility = one.Item3, IsKnownToPeople = one.Item4, FirstSeen = one.Item5 ? Now : Ago(9999) })));

    private static readonly Gen<AdmissionFacts> Any = Gen.Select(
        Device,
        Gen.Select(Pick(Enum.GetValues<SegmentMode>()), Pick<string?>(null, "30")).Select(one => Ward with { Mode = one.Item1, OnboardVlan = one.Item2 }),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool).Select(one => Settled(one.Item1 ? "sw2 Gi1/0/1" : null) with { WasAdmitted = one.Item2, TwoPlaces = one.Item3 ? Now : null, FirstAsked = one.Item4 ? Now : Ago(9999) }),
        Pick(Good, Broken, FingerprintComparison.Nothing),
        Gen.Select(Gen.Int[0, 4], Pick(Enum.GetValues<IdentityGrade>()), Gen.Bool),
        Care,
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool))
        .Select((device, segment, plug, match, certificate, care, flags) =>
        {
            TrustedIdentity identity = Chip with { Grade = certificate.Item2, RevokedAt = certificate.Item1 == 3 ? Ago(1) : null, NotAfter = certificate.Item1 == 4 ? Ago(1) : Chip.NotAfter };
            bool isShown = certificate.Item1 > 0;
            KnownDevice? owner = certificate.Item1 < 2 ? null : certificate.Item3 ? device ?? Pump : Kiosk with { Id = 9 };
            AdmissionFacts facts = Facts() with
            {
                Request = Request with { Certificate = isShown ? Shown : null, Method = isShown ? AdmissionMethod.EapTls : AdmissionMethod.MacAuthentication },
                Segment = segment,
                Plug = plug,
                Card = device,
                Identity = certificate.Item1 < 2 ? null : identity,
                Owner = owner,
                HasCertificate = flags.Item1,
                Match = match,
                Findings = flags.Item2 ? [new StandingFinding(1, "device-impersonated", Severity.High, Ago(1))] : [],
                Care = device is null && owner is null ? null : care,
                Approval = flags.Item3 ? new AdmissionApproval(7, "eng", "WO-1", Ago(9), Now) : null,
                LooksMedical = flags.Item4,
            };
            return flags.Item4 ? facts.With(Rule("infusion") with { Ports = ["Gi2/*"] }) : facts;
        });

    [Fact]
    public void Nothing_is_held_back_without_a_cleared_action_but_at_a_first_admission_in_an_enforcing_segment() => Any.Sample(
        facts =>
        {
            AdmissionDecision decision = AdmissionRuling.Of(facts);
            if (decision.Outcome == AdmissionOutcome.Admit)
            {
                Assert.Null(decision.Cleared);
                return;
            }
            Assert.Equal(SegmentMode.Enforce, facts.Segment.Mode);
            if (decision.Cleared is { } cleared)
            {
                Assert.Equal([decision.Device!.Value], cleared.Action.Devices);
                Assert.Equal(LadderStep.IsolatePort, cleared.Action.Step);
                Assert.Equal(LadderStep.IsolatePort, SafetyTable.Of(facts.Care!).Alone);
                Assert.False(facts.Care!.CarriesAlarms);
            }
            else
            {
                Assert.True(facts.IsFirstAdmission);
                Assert.False(facts.Plug.WasAdmitted);
                Assert.False(facts.Device?.IsKnownToPeople ?? false);
            }
        },
        seed: "0000000000002", iter: 20_000);

    [Fact]
    public void What_is_done_is_never_harder_than_what_is_wanted_and_what_is_wanted_does_not_depend_on_the_mode() => Any.Sample(
        facts =>
        {
            AdmissionDecision enforced = AdmissionRuling.Of(facts with { Segment = facts.Segment with { Mode = SegmentMode.Enforce } }), observed = AdmissionRuling.Of(facts with { Segment = facts.Segment with { Mode = SegmentMode.Observe } });
            Assert.Equal(enforced.Wanted, observed.Wanted);
            Assert.Equal(AdmissionOutcome.Admit, observed.Outcome);
            Assert.True(enforced.Outcome == enforced.Wanted || enforced.Outcome == AdmissionOutcome.Admit);
            Assert.Equal(enforced.Reasons, AdmissionRuling.Of(facts with { Segment = facts.Segment with { Mode = SegmentMode.Enforce } }).Reasons);
        },
        seed: "0000000000002", iter: 20_000);

    [Fact]
    public void A_stronger_proof_never_makes_it_worse() => Any.Sample(
        facts =>
        {
            KnownDevice device = facts.Device ?? Pump;
            AdmissionFacts proved = facts with { Request = Request with { Certificate = Shown }, Identity = Chip, Card = device, Owner = device };
            AdmissionOutcome last = AdmissionOutcome.Refuse;
            foreach (IdentityGrade grade in Enum.GetValues<IdentityGrade>())
            {
                AdmissionFacts one = grade <= IdentityGrade.FingerprintAndPort
                    ? proved with { Request = Request, Identity = null, Owner = null, Match = grade == IdentityGrade.MacOnly ? FingerprintComparison.Nothing : Good, Plug = Settled() with { WasAdmitted = facts.Plug.WasAdmitted } }
                    : proved with { Identity = Chip with { Grade = grade }, Match = Good, Plug = Settled() with { WasAdmitted = facts.Plug.WasAdmitted } };
                AdmissionOutcome wanted = AdmissionRuling.Of(one).Wanted;
                Assert.True(wanted <= last, $"{grade}: {wanted} after {last}");
                last = wanted;
            }
        },
        seed: "0000000000002", iter: 5_000);

    private static Gen<T> Pick<T>(params T[] all) => Gen.Int[0, all.Length - 1].Select(at => all[at]);
}
