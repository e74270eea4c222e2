using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Tasks;
using static Wardkeeper.Storage.Tests.Findings.FindingHub;

namespace Wardkeeper.Storage.Tests.Findings;

public class TaskStoreTests
{
    private static readonly TaskDraft Ask = new("device-owner", "Is this pump yours?", ["yes", "no", "never seen it"], new Addressee(Department: "ICU"), Device: 7);

    [Fact]
    public async Task A_task_is_answered_by_an_addressee_once_with_one_of_its_answers()
    {
        await using FindingHub hub = await StartAsync();
        (Outcome outcome, long number) = await hub.Tasks.AskAsync(Engineer, Ask with { Due = hub.Clock.In(TimeSpan.FromDays(2)) });
        Assert.Equal((OutcomeKind.Done, 1L), (outcome.Result, number));
        Assert.Equal("refused.not-asked", (await hub.Tasks.AnswerAsync(Analyst, 1, "yes")).Reason);
        Assert.Equal("refused.no-such-answer", (await hub.Tasks.AnswerAsync(Nurse, 1, "perhaps")).Reason);
        Assert.True((await hub.Tasks.AnswerAsync(Nurse, 1, "yes", "bed 12")).IsDone);
        Assert.Equal(OutcomeKind.Stale, (await hub.Tasks.AnswerAsync(Nurse, 1, "no")).Result);
        StaffTask task = (await hub.Tasks.GetAsync(Nurse, 1))!;
        Assert.Equal((TaskState.Answered, "yes", "bed 12", "zhao", "li"), (task.State, task.Answer, task.Comment, task.By, task.From));
        Assert.Equal(["li task-asked T-1:  -> Is this pump yours? ()", "zhao task-answered T-1: open -> yes (bed 12)"], hub.Audit.All);
    }

    [Fact]
    public async Task A_question_about_a_device_that_is_no_more_is_answered_all_the_same()
    {
        await using FindingHub hub = await StartAsync();
        await hub.Tasks.AskAsync(Engineer, Ask with { Kind = DeviceQuestion.Kind, Answers = ["ours", "not ours", "ours, in use"] });
        Assert.Equal("refused.not-asked", (await hub.Tasks.AnswerAsync(Analyst, 1, "ours", null, new DeviceSaid("Pump", null))).Reason);
        Assert.True((await hub.Tasks.AnswerAsync(Nurse, 1, "not ours", "never seen", new DeviceSaid("Pump", null))).IsDone);
        Assert.Equal("refused.already-ended", (await hub.Tasks.AnswerAsync(Nurse, 1, "ours", null, null)).Reason);
        Assert.Equal((TaskState.Answered, "not ours", "zhao"), ((await hub.Tasks.GetAsync(Nurse, 1))!.State, (await hub.Tasks.GetAsync(Nurse, 1))!.Answer, (await hub.Tasks.GetAsync(Nurse, 1))!.By));
    }

    [Fact]
    public async Task A_task_is_seen_by_those_it_concerns()
    {
        await using FindingHub hub = await StartAsync();
        await hub.Tasks.AskAsync(Engineer, Ask);
        await hub.Tasks.AskAsync(Engineer, Ask with { To = new(Person: "zhao") });
        await hub.Tasks.AskAsync(Analyst, Ask with { To = new(Role: Role.ClinicalEngineer), Due = hub.Clock.In(TimeSpan.FromHours(1)) });
        Actor elsewhere = new("qian", new HashSet<Role> { Role.Viewer }, new HashSet<string> { "NICU" });
        Assert.Null(await hub.Tasks.GetAsync(elsewhere, 1));
        Assert.Equal(OutcomeKind.NotFound, (await hub.Tasks.AnswerAsync(elsewhere, 1, "yes")).Result);
        async Task<string> Found(TaskFilter filter) => string.Join(' ', (await hub.Tasks.FindAsync(filter, new SortOrder("number"), new PageRequest(1))).Items.Select(one => one.Number));
        Assert.Equal("1 2", await Found(new() { For = Nurse }));
        Assert.Equal("3", await Found(new() { For = Engineer }));
        Assert.Equal("3", await Found(new() { From = "wang" }));
        Assert.Equal("", await Found(new() { IsOverdue = true }));
        hub.Clock.Now += TimeSpan.FromHours(2);
        Assert.Equal("3", await Found(new() { IsOverdue = true }));
        Assert.Equal([3, 2, 1], (await hub.Tasks.FindAsync(new() { Device = 7 }, new SortOrder("due"), new PageRequest(1))).Items.Select(one => one.Number));
    }

    [Fact]
    public async Task Who_asked_may_withdraw_and_nobody_else_but_an_administrator()
    {
        await using FindingHub hub = await StartAsync();
        await hub.Tasks.AskAsync(Engineer, Ask);
        Assert.Equal("refused.not-sender", (await hub.Tasks.WithdrawAsync(Analyst, 1, "r")).Reason);
        Assert.Equal("refused.reason-missing", (await hub.Tasks.WithdrawAsync(Engineer, 1, "")).Reason);
        Assert.True((await hub.Tasks.WithdrawAsync(Engineer, 1, "found the label")).IsDone);
        Assert.Equal("refused.already-ended", (await hub.Tasks.AnswerAsync(Nurse, 1, "yes")).Reason);
    }

    [Fact]
    public async Task A_task_that_makes_no_sense_is_refused()
    {
        await using FindingHub hub = await StartAsync();
        async Task<string?> Refused(TaskDraft draft) => (await hub.Tasks.AskAsync(Engineer, draft)).Outcome.Reason;
        Assert.Equal("refused.question-missing", await Refused(Ask with { Question = " " }));
        Assert.Equal("refused.answers-wrong", await Refused(Ask with { Answers = ["yes"] }));
        Assert.Equal("refused.answers-wrong", await Refused(Ask with { Answers = ["yes", "yes "] }));
        Assert.Equal("refused.addressee-wrong", await Refused(Ask with { To = new(Person: "a", Department: "b") }));
        Assert.Equal("refused.due-wrong", await Refused(Ask with { Due = hub.Clock.In(TimeSpan.FromDays(-1)) }));
        Assert.Equal("refused.no-such-subject", await Refused(Ask with { Finding = 99 }));
        Assert.Equal("refused.needs-handler", (await hub.Tasks.AskAsync(Nurse, Ask)).Outcome.Reason);
        Assert.Empty(hub.Audit.All);
    }
}
