using Wardkeeper.Hub.Response;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Response;

/// <summary>The table of the safety check, row by row, and that nothing passes it that should not.</summary>
public class SafetyCheckTests
{
    private static readonly CaptureTime Now = CaptureTime.FromSeconds(1_795_132_800);
    private static readonly bool[] Both = [false, true];

    private static IEnumerable<CareSituation> Situations =>
        from consequence in Enum.GetValues<FailureConsequence>()
        from inUse in Both
        from standby in Both
        from atOnce in Both
        select new CareSituation(consequence, inUse, standby, atOnce, false, []);

    [Fact]
    public void Every_combination_has_a_rule_with_a_reason_in_both_languages_and_two_people_never_may_less()
    {
        Assert.Equal(24, Situations.Count());
        foreach (CareSituation situation in Situations)
        {
            SafetyRule rule = SafetyTable.Of(situation);
            Assert.True(rule.WithTwo >= rule.Alone, $"{situation}");
            Assert.NotEmpty(rule.Reason(chinese: false));
            Assert.NotEqual(rule.Reason(chinese: false), rule.Reason(chinese: true));
        }
    }

    [Fact]
    public void More_danger_never_allows_more()
    {
        int compared = 0;
        foreach (CareSituation one in Situations)
        {
            foreach (CareSituation worse in Situations.Where(other => other != one && other.Consequence >= one.Consequence && (other.IsInUse || !one.IsInUse) && (!other.HasStandby || one.HasStandby) && (!other.ComesBackAtOnce || one.ComesBackAtOnce)))
            {
                compared++;
                Assert.True(SafetyTable.Of(worse).Alone <= SafetyTable.Of(one).Alone, $"{worse} allows more by one person than {one}");
                Assert.True(SafetyTable.Of(worse).WithTwo <= SafetyTable.Of(one).WithTwo, $"{worse} allows more with two people than {one}");
            }
        }
        Assert.True(compared > 100);
    }

    [Fact]
    public void Life_support_and_whatever_is_in_use_gets_nothing_beyond_a_refused_message_without_two_people()
    {
        foreach (CareSituation situation in Situations.Where(one => one.IsInUse || one.Consequence == FailureConsequence.DeathOrSeriousInjury))
            Assert.True(SafetyTable.Of(situation).Alone <= LadderStep.RefuseMessage, $"{situation}");
    }

    [Fact]
    public void What_is_not_known_of_a_medical_device_counts_as_the_worst()
    {
        CareSituation unknown = CareSituation.Of(null, isMedical: true, null, null, comesBackAtOnce: true, null);
        Assert.Equal(FailureConsequence.DeathOrSeriousInjury, unknown.Consequence);
        Assert.True(unknown.IsInUse);
        Assert.False(unknown.HasStandby);
        Assert.True(unknown.CarriesAlarms);
        Assert.Equal(Enum.GetValues<Assumption>(), unknown.Assumed);
    }

    [Fact]
    public void A_kiosk_and_a_stranger_without_medical_traits_may_be_taken_off_the_network()
    {
        CareSituation kiosk = CareSituation.Of(null, isMedical: false, null, null, comesBackAtOnce: true, null);
        Assert.Empty(kiosk.Assumed);
        Assert.Equal(SafetyAnswer.Cleared, SafetyCheck.Judge(Preview(LadderStep.IsolatePort, kiosk)).Answer);
    }

    [Theory]
    [InlineData(LadderStep.RateLimit)]
    [InlineData(LadderStep.BlockNewFlow)]
    [InlineData(LadderStep.IsolatePort)]
    public void An_alarm_path_is_never_cut_whoever_agrees(LadderStep step)
    {
        SafetyPreview preview = Preview(step, CareSituation.Of(FailureConsequence.None, isMedical: true, isInUse: false, 3, comesBackAtOnce: true, carriesAlarms: true));
        Assert.Equal((SafetyAnswer.Refused, "alarm-path"), (SafetyCheck.Judge(preview).Answer, SafetyCheck.Judge(preview).Reason));
        Assert.Null(SafetyCheck.Clear(preview, [Agrees("li", preview), Agrees("wang", preview)], Now));
    }

    [Fact]
    public void The_most_endangered_device_decides_for_all()
    {
        CareSituation idle = new(FailureConsequence.None, false, true, true, false, []), life = new(FailureConsequence.DeathOrSeriousInjury, true, false, false, false, []);
        SafetyVerdict verdict = SafetyCheck.Judge(Preview(LadderStep.IsolatePort, idle, life, idle));
        Assert.Equal((SafetyAnswer.Refused, 2L, LadderStep.Tag), (verdict.Answer, verdict.Device, verdict.HighestWithTwo));
    }

    [Fact]
    public void Two_people_who_saw_the_same_clear_it_and_neither_is_the_proposer()
    {
        SafetyPreview preview = Preview(LadderStep.BlockNewFlow, new CareSituation(FailureConsequence.DeathOrSeriousInjury, true, true, true, false, []));
        Assert.Equal(SafetyAnswer.NeedsTwoPeople, SafetyCheck.Judge(preview).Answer);
        Assert.Null(SafetyCheck.Clear(preview, [], Now));
        Assert.Null(SafetyCheck.Clear(preview, [Agrees("li", preview)], Now));
        Assert.Null(SafetyCheck.Clear(preview, [Agrees("li", preview), Agrees("LI", preview)], Now));
        Assert.Null(SafetyCheck.Clear(preview, [Agrees("li", preview), Agrees("zhou", preview)], Now));
        Assert.Null(SafetyCheck.Clear(preview, [Agrees("li", preview), Agrees("wang", preview) with { Digest = "other" }], Now));
        Assert.Null(SafetyCheck.Clear(preview, [Agrees("li", preview), Agrees("wang", preview) with { At = CaptureTime.FromSeconds(1_795_130_000) }], Now));
        ClearedAction cleared = Assert.IsType<ClearedAction>(SafetyCheck.Clear(preview, [Agrees("li", preview), Agrees("wang", preview)], Now));
        Assert.Equal(["li", "wang"], cleared.Agreed);
        Assert.Equal(TimeSpan.FromMinutes(30), cleared.Until.Since(cleared.From));
    }

    [Fact]
    public void A_changed_situation_is_another_preview()
    {
        CareSituation idle = new(FailureConsequence.DeathOrSeriousInjury, false, true, true, false, []);
        SafetyPreview before = Preview(LadderStep.BlockNewFlow, idle), after = Preview(LadderStep.BlockNewFlow, idle with { IsInUse = true });
        Assert.NotEqual(before.Digest, after.Digest);
        Assert.Equal(before.Digest, (before with { At = CaptureTime.FromSeconds(5) }).Digest);
        Assert.Null(SafetyCheck.Clear(after, [Agrees("li", before), Agrees("wang", before)], Now));
    }

    [Theory]
    [InlineData("", 30, "no-reason")]
    [InlineData("scan seen", 0, "no-expiry")]
    [InlineData("scan seen", -5, "no-expiry")]
    [InlineData("scan seen", 60 * 13, "too-long")]
    public void Everything_has_a_reason_and_an_end(string reason, int minutes, string why)
    {
        SafetyPreview preview = new(new ProposedAction(1, LadderStep.Tag, [7], TimeSpan.FromMinutes(minutes), reason, "zhou"), [new CareSituation(FailureConsequence.None, false, true, true, false, [])], Now);
        Assert.Equal((SafetyAnswer.Refused, why), (SafetyCheck.Judge(preview).Answer, SafetyCheck.Judge(preview).Reason));
        Assert.Null(SafetyCheck.Clear(preview, [], Now));
    }

    [Fact]
    public void An_action_without_devices_is_refused() =>
        Assert.Equal("no-device", SafetyCheck.Judge(new SafetyPreview(new ProposedAction(1, LadderStep.Tag, [], TimeSpan.FromMinutes(5), "x", null), [], Now)).Reason);

    private static SafetyPreview Preview(LadderStep step, params CareSituation[] situations) =>
        new(new ProposedAction(1, step, [.. situations.Select((_, i) => i + 1L)], TimeSpan.FromMinutes(30), "scan seen", "zhou"), situations, Now);

    private static Approval Agrees(string person, SafetyPreview preview) => new(person, preview.Digest, Now);
}
