using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Response;

/// <summary>The life of an action: every event in every state, and what people's agreement does.</summary>
public class ActionMachineTests
{
    private static readonly CaptureTime Now = CaptureTime.FromSeconds(1_795_132_800);
    private static readonly CareSituation Idle = CareSituation.Of(FailureConsequence.DeathOrSeriousInjury, true, false, 1, true, false);
    private static readonly CareSituation InUse = Idle with { IsInUse = true, HasStandby = false };
    private static readonly CareSituation Kiosk = CareSituation.Of(FailureConsequence.None, false, false, 0, true, false);

    // Rows: states; columns: what is possible there. Everything that is not here must be impossible.
    private static readonly Dictionary<(ActionState, ActionEvent), ActionState> Possible = new()
    {
        [(ActionState.Proposed, ActionEvent.Agreed)] = ActionState.Proposed,
        [(ActionState.Proposed, ActionEvent.Changed)] = ActionState.Proposed,
        [(ActionState.Proposed, ActionEvent.Cleared)] = ActionState.Ordered,
        [(ActionState.Proposed, ActionEvent.Declined)] = ActionState.Ended,
        [(ActionState.Proposed, ActionEvent.Lapsed)] = ActionState.Ended,
        [(ActionState.Ordered, ActionEvent.Applied)] = ActionState.InForce,
        [(ActionState.Ordered, ActionEvent.ApplyFailed)] = ActionState.Undoing,
        [(ActionState.Ordered, ActionEvent.UndoAsked)] = ActionState.Undoing,
        [(ActionState.Ordered, ActionEvent.Expired)] = ActionState.Undoing,
        [(ActionState.Ordered, ActionEvent.NoLongerAllowed)] = ActionState.Undoing,
        [(ActionState.InForce, ActionEvent.AsOrdered)] = ActionState.InForce,
        [(ActionState.InForce, ActionEvent.NotYet)] = ActionState.InForce,
        [(ActionState.InForce, ActionEvent.NotAsOrdered)] = ActionState.Undoing,
        [(ActionState.InForce, ActionEvent.UndoAsked)] = ActionState.Undoing,
        [(ActionState.InForce, ActionEvent.Expired)] = ActionState.Undoing,
        [(ActionState.InForce, ActionEvent.NoLongerAllowed)] = ActionState.Undoing,
        [(ActionState.Undoing, ActionEvent.TakenBack)] = ActionState.Ended,
        [(ActionState.Undoing, ActionEvent.TakeBackFailed)] = ActionState.Undoing,
    };

    [Fact]
    public void Every_event_in_every_state_leads_where_it_should_and_nowhere_else()
    {
        int seen = 0;
        foreach (ActionState state in Enum.GetValues<ActionState>())
        {
            foreach (ActionEvent happened in Enum.GetValues<ActionEvent>())
            {
                seen++;
                ActionState? expected = Possible.TryGetValue((state, happened), out ActionState next) ? next : null;
                Assert.True(expected == ActionMachine.Next(state, happened), $"{state} + {happened}");
                ResponseAction? after = Of(Kiosk, state).After(happened, Now);
                Assert.True(expected == after?.State, $"{state} + {happened}");
                if (after is null) continue;
                Assert.Equal(2, after.Revision);
                Assert.Equal(KebabWord.Of(happened), Assert.Single(after.Notes).What);
                Assert.Equal(ActionMachine.EndOf(happened), after.End);
            }
        }
        Assert.Equal(5 * 15, seen);
    }

    [Fact]
    public void What_may_be_applied_never_ends_but_over_undoing()
    {
        foreach (ActionState state in (ActionState[])[ActionState.Ordered, ActionState.InForce])
        {
            ActionState?[] reached = [.. Enum.GetValues<ActionEvent>().Select(happened => ActionMachine.Next(state, happened))];
            Assert.DoesNotContain(ActionState.Ended, reached);
            Assert.DoesNotContain(ActionState.Proposed, reached);
        }
        Assert.All(Enum.GetValues<ActionEvent>(), happened => Assert.Null(ActionMachine.Next(ActionState.Ended, happened)));
    }

    [Fact]
    public void One_person_is_enough_where_the_table_says_so_also_who_proposed_it()
    {
        ResponseAction action = Of(Kiosk);
        (ResponseAction? after, Outcome outcome) = Agree(action, "wang", Kiosk);
        Assert.True(outcome.IsDone);
        Assert.Equal(ActionState.Ordered, after!.State);
        Assert.Equal(Now.Plus(action.Draft.Lasts), after.Until);
    }

    [Fact]
    public void Two_people_are_needed_beyond_that_neither_of_them_who_proposed_it_nor_one_twice()
    {
        ResponseAction action = Of(Idle);
        Assert.Equal((null, "refused.own-proposal"), Told(Agree(action, "WANG", Idle)));
        (ResponseAction? one, Outcome first) = Agree(action, "li", Idle);
        Assert.True(first.IsDone);
        Assert.Equal((ActionState.Proposed, 1), (one!.State, one.Approvals.Count));
        Assert.Equal((null, "refused.already-agreed"), Told(Agree(one, "Li", Idle)));
        (ResponseAction? two, Outcome second) = Agree(one, "zhao", Idle);
        Assert.True(second.IsDone);
        Assert.Equal(ActionState.Ordered, two!.State);
        Assert.NotNull(SafetyCheck.Clear(new SafetyPreview(two.ForCheck, [Idle], Now), two.Approvals, two.Ordered!.Value));
    }

    [Fact]
    public void An_agreement_to_another_situation_is_void()
    {
        CareSituation alone = Idle with { HasStandby = false };
        ResponseAction one = Agree(Of(Idle, step: LadderStep.BlockNewFlow), "li", Idle).After!;
        (ResponseAction? after, Outcome outcome) = Agree(one, "zhao", alone, old: Idle);
        Assert.Equal((OutcomeKind.Stale, "refused.preview-changed"), (outcome.Result, outcome.Reason));
        Assert.Equal((ActionState.Proposed, 0), (after!.State, after.Approvals.Count));
        // Whoever saw the new one agrees to it; she is the first again.
        ResponseAction anew = Agree(one, "zhao", alone).After!;
        Assert.Equal(["zhao"], anew.Approvals.Select(given => given.Person));
        Assert.Equal(ActionState.Proposed, anew.State);
    }

    [Fact]
    public void What_the_table_no_longer_allows_cannot_be_agreed_to_and_a_late_agreement_lapses()
    {
        ResponseAction one = Agree(Of(Idle), "li", Idle).After!;
        (ResponseAction? after, Outcome outcome) = Agree(one, "zhao", InUse);
        Assert.Equal("refused.beyond-table", outcome.Reason);
        Assert.Equal((ActionState.Proposed, 0), (after!.State, after.Approvals.Count));
        SafetyPreview now = new(one.ForCheck, [Idle], Now);
        (ResponseAction? late, Outcome refused) = ActionCommands.Agree(one, "zhao", new ResponsePreview(now, SafetyCheck.Judge(now), []), now.Digest, one.Lapses);
        Assert.Equal(("refused.action-lapsed", ActionState.Ended, ActionEnd.Lapsed), (refused.Reason, late!.State, late.End));
    }

    [Fact]
    public void An_action_is_taken_back_when_its_device_comes_into_use_but_not_because_it_fell_silent()
    {
        ResponseAction ordered = Agree(Agree(Of(Idle), "li", Idle).After!, "zhao", Idle).After!;
        Assert.True(ordered.IsStillAllowed([Idle]));
        Assert.False(ordered.IsStillAllowed([InUse with { Assumed = [] }]));
        Assert.True(ordered.IsStillAllowed([DeviceCare.Unknown(1).Situation]));
        Assert.False(ordered.IsStillAllowed([Idle with { CarriesAlarms = true }]));
        // By one person where one was enough: more than that needs the two that never agreed.
        ResponseAction kiosk = Agree(Of(Kiosk), "wang", Kiosk).After!;
        Assert.False(kiosk.IsStillAllowed([Kiosk with { IsInUse = true }]));
    }

    private static (ActionState? State, string? Reason) Told((ResponseAction? After, Outcome Outcome) answer) => (answer.After?.State, answer.Outcome.Reason);

    private static (ResponseAction? After, Outcome Outcome) Agree(ResponseAction action, string person, CareSituation now, CareSituation? old = null)
    {
        SafetyPreview preview = new(action.ForCheck, [now], Now);
        return ActionCommands.Agree(action, person, new ResponsePreview(preview, SafetyCheck.Judge(preview), [new PreviewDevice(1, null, DeviceCare.Unknown(1), null, "filter", null)]), new SafetyPreview(action.ForCheck, [old ?? now], Now).Digest, Now);
    }

    private static ResponseAction Of(CareSituation situation, ActionState state = ActionState.Proposed, LadderStep step = LadderStep.IsolatePort)
    {
        ResponseAction action = new()
        {
            Number = 7,
            Draft = new ActionDraft(step, [1], TimeSpan.FromMinutes(30), "it spreads"),
            Proposer = "wang",
            State = state,
            Proposed = Now,
            Lapses = Now.Plus(ResponseAction.RequestLasts),
            Digest = "",
            Situations = [situation],
        };
        return action with { Digest = new SafetyPreview(action.ForCheck, [situation], Now).Digest };
    }
}
