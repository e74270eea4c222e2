using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Platform.Tests.Response;

/// <summary>Actions from proposal to their end over a real store: what is applied is never forgotten, whatever happens to the hub.</summary>
public sealed class ActionLifeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_person_isolates_a_kiosk_and_it_ends_by_itself()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        long number = await hub.ProposeAsync(LadderStep.IsolatePort);
        Assert.Empty(hub.Point.InForce);
        Assert.True((await hub.AgreeAsync(number, "wang")).IsDone);
        ResponseAction action = await hub.GetAsync(number);
        Assert.Equal(ActionState.InForce, action.State);
        Assert.NotNull(action.Verified);
        Assert.Equal("port of D-1", Assert.Single(action.Receipts).Seen);
        Assert.Single(hub.Point.InForce);

        hub.Clock.Advance(TimeSpan.FromMinutes(29));
        await hub.Runner.RoundAsync(Cancel);
        Assert.Single(hub.Point.InForce);
        hub.Clock.Advance(TimeSpan.FromMinutes(2));
        await hub.Runner.RoundAsync(Cancel);
        action = await hub.GetAsync(number);
        Assert.Equal((ActionState.Ended, ActionEnd.Expired), (action.State, action.End));
        Assert.Empty(hub.Point.InForce);
        Assert.Equal(["proposed", "cleared", "applied", "as-ordered", "expired", "taken-back"], action.Notes.Select(note => note.What));
    }

    [Fact]
    public async Task Beyond_what_one_may_two_others_decide_and_what_nobody_may_is_not_even_proposed()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        long number = await hub.ProposeAsync(LadderStep.IsolatePort, devices: Ward.Ct);
        ResponsePreview preview = (await hub.Commands.PreviewAsync(ResponseHub.Person("li"), number))!;
        Assert.Equal(SafetyAnswer.NeedsTwoPeople, preview.Verdict.Answer);
        Assert.Equal([("Radiology", "R2")], preview.Beds);
        Assert.Equal([Ward.Standby], preview.Devices[0].Care.Standby);
        Assert.Equal((await hub.Commands.PreviewAsync(ResponseHub.Person("zhao"), number))!.Safety.Digest, preview.Safety.Digest);

        Outcome own = await hub.AgreeAsync(number, "wang");
        Assert.Equal((OutcomeKind.NotAllowed, "refused.own-proposal"), (own.Result, own.Reason));
        Assert.Equal("refused.needs-responder", (await hub.Commands.ApproveAsync(ResponseHub.Person("li", Hub.Access.Role.Viewer), number, preview.Safety.Digest)).Reason);
        Assert.True((await hub.AgreeAsync(number, "li")).IsDone);
        Assert.Empty(hub.Point.InForce);
        Assert.Equal("refused.already-agreed", (await hub.AgreeAsync(number, "li")).Reason);
        Assert.True((await hub.AgreeAsync(number, "zhao")).IsDone);
        Assert.Single(hub.Point.InForce);

        hub.Ward.Idle = 0;
        (Outcome refused, _) = await hub.Commands.ProposeAsync(ResponseHub.Person("wang"), new ActionDraft(LadderStep.IsolatePort, [Ward.Ct], TimeSpan.FromMinutes(5), "it spreads"));
        Assert.Equal("refused.beyond-table", refused.Reason);
    }

    [Fact]
    public async Task When_the_situation_changes_agreements_are_void_and_a_request_that_waits_too_long_lapses()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        hub.Ward.Idle = 2;
        long number = await hub.ProposeAsync(LadderStep.BlockNewFlow, devices: [Ward.Ct, Ward.Kiosk]);
        string old = (await hub.GetAsync(number)).Digest;
        hub.Ward.Idle = 0;
        Outcome stale = await hub.Commands.ApproveAsync(ResponseHub.Person("li"), number, old);
        Assert.Equal((OutcomeKind.Stale, "refused.preview-changed"), (stale.Result, stale.Reason));
        Assert.NotEqual(old, (await hub.GetAsync(number)).Digest);
        Assert.True((await hub.AgreeAsync(number, "li")).IsDone);
        Assert.Single((await hub.GetAsync(number)).Approvals);
        hub.Ward.Idle = 2;
        await hub.Runner.RoundAsync(Cancel);
        Assert.Empty((await hub.GetAsync(number)).Approvals);

        hub.Clock.Advance(ResponseAction.RequestLasts);
        await hub.Runner.RoundAsync(Cancel);
        ResponseAction action = await hub.GetAsync(number);
        Assert.Equal((ActionState.Ended, ActionEnd.Lapsed), (action.State, action.End));
        Assert.Equal("refused.already-ended", (await hub.AgreeAsync(number, "li")).Reason);
        Assert.Empty(hub.Point.InForce);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_applied_when_the_hub_was_killed_is_verified_or_taken_back_after_the_start(bool comesIntoUse)
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        long number = await hub.ProposeAsync(LadderStep.BlockNewFlow, devices: Ward.Ct);
        hub.Point.Kills = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => hub.AgreeAsync(number, "wang"));
        Assert.Equal((ActionState.Ordered, ""), ((await hub.GetAsync(number)).State, (await hub.GetAsync(number)).Receipts[0].Receipt.Applied));
        Assert.Single(hub.Point.InForce);

        hub.Point.Kills = false;
        if (comesIntoUse) hub.Ward.Idle = 0;
        await hub.RestartAsync();
        await hub.Runner.RoundAsync(Cancel);
        ResponseAction action = await hub.GetAsync(number);
        if (comesIntoUse)
        {
            Assert.Equal((ActionState.Ended, ActionEnd.NoLongerAllowed), (action.State, action.End));
            Assert.Empty(hub.Point.InForce);
        }
        else
        {
            Assert.Equal(ActionState.InForce, action.State);
            Assert.NotNull(action.Verified);
            Assert.Single(hub.Point.InForce);
        }
    }

    [Fact]
    public async Task What_expired_while_the_hub_was_down_is_taken_back_at_the_start()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        long number = await hub.ProposeAsync(LadderStep.IsolatePort);
        await hub.AgreeAsync(number, "wang");
        Assert.Single(hub.Point.InForce);
        hub.Clock.Advance(TimeSpan.FromHours(3));
        await hub.RestartAsync();
        Assert.Single(hub.Point.InForce);
        await hub.Runner.RoundAsync(Cancel);
        Assert.Empty(hub.Point.InForce);
        Assert.Equal(ActionEnd.Expired, (await hub.GetAsync(number)).End);
    }

    [Fact]
    public async Task An_action_whose_device_comes_into_use_is_taken_back()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        long number = await hub.ProposeAsync(LadderStep.BlockNewFlow, devices: Ward.Ct);
        await hub.AgreeAsync(number, "wang");
        await hub.Board.ReadAsync(Cancel);
        await hub.Runner.RoundAsync(Cancel);
        Assert.Single(hub.Point.InForce);
        hub.Ward.Idle = 0;
        await hub.Board.ReadAsync(Cancel);
        await hub.Runner.RoundAsync(Cancel);
        Assert.Empty(hub.Point.InForce);
        Assert.Equal(ActionEnd.NoLongerAllowed, (await hub.GetAsync(number)).End);
    }

    [Theory]
    [InlineData(Verification.NotAsOrdered, 1)]
    [InlineData(Verification.NotYet, ActionRunner.MostLooks)]
    public async Task What_is_not_as_ordered_is_rolled_back_and_what_cannot_be_told_for_too_long_too(Verification shown, int looks)
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        hub.Point.Shows = shown;
        long number = await hub.ProposeAsync(LadderStep.IsolatePort);
        await hub.AgreeAsync(number, "wang");
        for (int i = 1; i < looks; i++)
        {
            Assert.Equal((ActionState.InForce, i), ((await hub.GetAsync(number)).State, (await hub.GetAsync(number)).Looks));
            await hub.Runner.RoundAsync(Cancel);
        }
        ResponseAction action = await hub.GetAsync(number);
        Assert.Equal((ActionState.Ended, ActionEnd.NotAsOrdered), (action.State, action.End));
        Assert.Empty(hub.Point.InForce);
    }

    [Fact]
    public async Task What_vanishes_from_where_it_was_applied_is_noticed_within_a_minute()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        long number = await hub.ProposeAsync(LadderStep.IsolatePort);
        await hub.AgreeAsync(number, "wang");
        hub.Point.InForce.Clear();
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        await hub.Runner.RoundAsync(Cancel);
        Assert.Equal(ActionEnd.NotAsOrdered, (await hub.GetAsync(number)).End);
    }

    [Fact]
    public async Task What_cannot_be_applied_ends_and_what_cannot_be_taken_back_is_tried_until_it_is()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        hub.Point.ApplyFails = "the switch does not answer.";
        long failed = await hub.ProposeAsync(LadderStep.IsolatePort);
        await hub.AgreeAsync(failed, "wang");
        ResponseAction action = await hub.GetAsync(failed);
        Assert.Equal((ActionState.Ended, ActionEnd.Failed), (action.State, action.End));
        Assert.Contains(action.Notes, note => note.Text?.Contains("does not answer", StringComparison.Ordinal) == true);

        hub.Point.ApplyFails = null;
        long number = await hub.ProposeAsync(LadderStep.IsolatePort);
        await hub.AgreeAsync(number, "wang");
        hub.Point.UndoFails = "the switch does not answer.";
        Assert.True((await hub.Commands.UndoAsync(ResponseHub.Person("li"), number, "false alarm")).IsDone);
        await hub.Runner.RoundAsync(Cancel);
        await hub.Runner.RoundAsync(Cancel);
        action = await hub.GetAsync(number);
        Assert.Equal(ActionState.Undoing, action.State);
        Assert.Single(action.Notes, note => note.What == "take-back-failed");
        hub.Point.UndoFails = null;
        await hub.Runner.RoundAsync(Cancel);
        Assert.Equal((ActionState.Ended, ActionEnd.Undone), ((await hub.GetAsync(number)).State, (await hub.GetAsync(number)).End));
    }

    [Fact]
    public async Task A_mark_needs_no_point_and_without_one_nothing_that_enforces_can_be_agreed_to()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync(isRecording: false);
        long mark = await hub.ProposeAsync(LadderStep.Tag);
        Assert.True((await hub.AgreeAsync(mark, "wang")).IsDone);
        Assert.Equal(ActionState.InForce, (await hub.GetAsync(mark)).State);
        long number = await hub.ProposeAsync(LadderStep.IsolatePort);
        Assert.Equal("refused.no-point", (await hub.AgreeAsync(number, "wang")).Reason);
        Assert.Contains("not set up", (await hub.Commands.PreviewAsync(ResponseHub.Person("li"), number))!.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_carries_out_by_itself_what_one_person_may_where_a_segment_enforces_and_asks_two_people_for_the_rest()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        ActionDraft kiosk = new(LadderStep.IsolatePort, [Ward.Kiosk], TimeSpan.FromMinutes(30), "another machine answers as it", Rule: "fingerprint");
        (Outcome asked, long waiting) = await hub.Commands.ProposeByRuleAsync(kiosk, enforces: false);
        Assert.True(asked.IsDone);
        Assert.Equal((ActionState.Proposed, null), ((await hub.GetAsync(waiting)).State, (await hub.GetAsync(waiting)).Proposer));
        Assert.Equal(waiting, (await hub.Commands.ProposeByRuleAsync(kiosk, enforces: false)).Number);
        await hub.Commands.DeclineAsync(ResponseHub.Person("li"), waiting, "no");
        (_, long done) = await hub.Commands.ProposeByRuleAsync(kiosk, enforces: true);
        Assert.Equal((ActionState.InForce, 0), ((await hub.GetAsync(done)).State, (await hub.GetAsync(done)).Approvals.Count));

        // In use: nothing happens but a request, for the highest step that two people may take, wherever that can be carried out: the switch that was to isolate it may not be able to do less.
        hub.Ward.Idle = 0;
        (_, long request) = await hub.Commands.ProposeByRuleAsync(kiosk with { Devices = [Ward.Ct], Point = "switch" }, enforces: true);
        ResponseAction action = await hub.GetAsync(request);
        Assert.Equal((ActionState.Proposed, LadderStep.BlockNewFlow, null), (action.State, action.Draft.Step, action.Draft.Point));
        Assert.Equal(SafetyAnswer.NeedsTwoPeople, (await hub.Commands.PreviewAsync(ResponseHub.Person("li"), request))!.Verdict.Answer);
        Assert.Single(hub.Point.InForce);
    }

    [Fact]
    public async Task What_a_rule_asked_people_for_is_judged_again_when_the_situation_allows_it()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        ActionDraft kiosk = new(LadderStep.IsolatePort, [Ward.Kiosk], TimeSpan.FromMinutes(30), "another machine answers as it", Rule: "fingerprint");
        // A patient hangs on it, as far as is known: people are asked, for less.
        hub.Ward.Consequence = "death-or-serious-injury";
        (_, long request) = await hub.Commands.ProposeByRuleAsync(kiosk, enforces: true);
        ResponseAction asked = await hub.GetAsync(request);
        Assert.Equal(ActionState.Proposed, asked.State);
        Assert.Equal(request, (await hub.Commands.ProposeByRuleAsync(kiosk, enforces: true)).Number);
        Assert.Empty(hub.Point.InForce);
        // The register says that it is not so: the same rule's next word carries it out, once.
        hub.Ward.Consequence = "none";
        Assert.Equal(request, (await hub.Commands.ProposeByRuleAsync(kiosk, enforces: false)).Number);
        Assert.Equal(ActionState.Proposed, (await hub.GetAsync(request)).State);
        (Outcome outcome, long number) = await hub.Commands.ProposeByRuleAsync(kiosk, enforces: true);
        Assert.True(outcome.IsDone, outcome.Reason);
        ResponseAction done = await hub.GetAsync(number);
        Assert.Equal((ActionState.InForce, LadderStep.IsolatePort), (done.State, done.Draft.Step));
        Assert.Single(hub.Point.InForce);
        Assert.Equal(number, (await hub.Commands.ProposeByRuleAsync(kiosk, enforces: true)).Number);
        if (asked.Draft.Step < LadderStep.IsolatePort) Assert.Equal(ActionEnd.Declined, (await hub.GetAsync(request)).End);
    }

    [Fact]
    public async Task A_point_that_breaks_at_one_action_does_not_keep_another_from_ending()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        long good = await hub.ProposeAsync(LadderStep.IsolatePort);
        await hub.AgreeAsync(good, "wang");
        long bad = await hub.ProposeAsync(LadderStep.BlockNewFlow, minutes: 60, devices: Ward.Ct);
        hub.Point.Kills = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => hub.AgreeAsync(bad, "wang"));
        hub.Clock.Advance(TimeSpan.FromMinutes(31));
        await Assert.ThrowsAsync<AggregateException>(() => hub.Runner.RoundAsync(Cancel));
        Assert.Equal((ActionState.Ended, ActionState.Ordered), ((await hub.GetAsync(good)).State, (await hub.GetAsync(bad)).State));
        hub.Clock.Advance(TimeSpan.FromMinutes(30));
        await hub.Runner.RoundAsync(Cancel);
        Assert.Equal(ActionEnd.Expired, (await hub.GetAsync(bad)).End);
        Assert.Empty(hub.Point.InForce);
    }
}
