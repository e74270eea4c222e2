using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Tasks;

/// <summary>Tasks in the relational store.</summary>
internal sealed class TaskStore(StoreFactory stores, HubGate gate, LedgerCommands ledger, IAuditLog audit, TimeProvider time) : ITaskQueries, ITaskCommands
{
    private const int LongestQuestion = 500, LongestAnswer = 100, LongestComment = 1000;

    /// <inheritdoc/>
    public async Task<Page<StaffTask>> FindAsync(TaskFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using StoreContext context = stores.Open();
        IQueryable<TaskRow> rows = Matching(context, filter);
        IOrderedQueryable<TaskRow> sorted = (sort.Column, sort.Descending) switch
        {
            ("number", true) => rows.OrderByDescending(row => row.Number),
            ("number", false) => rows.OrderBy(row => row.Number),
            // Without a day it is not urgent: last, whichever way.
            ("due", true) => rows.OrderBy(row => row.Due == null).ThenByDescending(row => row.Due),
            ("due", false) => rows.OrderBy(row => row.Due == null).ThenBy(row => row.Due),
            ("asked", true) => rows.OrderByDescending(row => row.Asked),
            ("asked", false) => rows.OrderBy(row => row.Asked),
            ("state", true) => rows.OrderByDescending(row => row.State),
            ("state", false) => rows.OrderBy(row => row.State),
            _ => throw new ArgumentException($"Tasks have no column {sort.Column}; sort by number, due, asked or state.", nameof(sort)),
        };
        List<TaskRow> found = await sorted.ThenByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new([.. found.Select(row => row.ToTask())], await rows.LongCountAsync(cancel));
    }

    /// <inheritdoc/>
    public async Task<StaffTask?> GetAsync(Actor who, long number, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        await using StoreContext context = stores.Open();
        TaskRow? row = await context.Set<TaskRow>().AsNoTracking().FirstOrDefaultAsync(one => one.Number == number, cancel);
        return row?.ToTask() is { } task && (who.Departments is null || task.From == who.Name || task.To.Means(who)) ? task : null;
    }

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, long Number)> AskAsync(Actor who, TaskDraft ask, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(ask);
        if (!who.Is(Role.Analyst, Role.ClinicalEngineer, Role.Administrator)) return (Refused(OutcomeKind.NotAllowed, "needs-handler"), 0);
        if (Wrong(ask, time.Nanoseconds()) is { } wrong) return (Refused(OutcomeKind.Invalid, wrong), 0);
        return await gate.RunAsync(
            async (_, transaction) =>
            {
                if (ask.Finding is { } finding && !await MaySeeAsync(transaction, who, finding, cancel)) return (Refused(OutcomeKind.Invalid, "no-such-subject"), 0L);
                long number = await transaction.NextAsync("tasks", "number", cancel);
                await transaction.RunAsync(
                    "INSERT INTO tasks (number, kind, question, answers, to_person, to_role, to_department, sender, asked, due, device, finding, state, revision) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, 'open', 1)",
                    cancel, number, ask.Kind, ask.Question.Trim(), JsonSerializer.Serialize(ask.Answers.Select(answer => answer.Trim())), ask.To.Person, (int?)ask.To.Role, ask.To.Department, who.Name, time.Nanoseconds(), ask.Due?.Nanoseconds, ask.Device, ask.Finding);
                await audit.AppendAsync(who, "task-asked", StaffTask.IdOf(number), null, ask.Question.Trim(), null, cancel);
                return (new Outcome(OutcomeKind.Done, 1), number);
            },
            cancel: cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome> AnswerAsync(Actor who, long number, string answer, string? comment = null, CancellationToken cancel = default) => AnswerAsync(who, number, answer, comment, null, cancel);

    /// <inheritdoc/>
    public async Task<Outcome> AnswerAsync(Actor who, long number, string answer, string? comment, DeviceSaid? said, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        Outcome? Refuse(StaffTask task) =>
            !task.To.Means(who) ? Refused(OutcomeKind.NotAllowed, "not-asked")
            : !task.Answers.Contains(answer) ? Refused(OutcomeKind.Invalid, "no-such-answer")
            : comment is { Length: > LongestComment } ? Refused(OutcomeKind.Invalid, "text-too-long") : null;
        if (await GetAsync(who, number, cancel) is { Kind: DeviceQuestion.Kind, Device: { } device, State: TaskState.Open } task && DeviceQuestion.MeaningOf(task, answer) is { } meaning)
            return Refuse(task) ?? await AnswerDeviceAsync(who, task, new AnswerIdentity(device, meaning, answer, task.To.Department, said), comment, cancel);
        return await EndAsync(who, number, "answered", answer, comment, Refuse, cancel);
    }

    /// <summary>The answer and what it says of the device, in one transaction.</summary>
    private async Task<Outcome> AnswerDeviceAsync(Actor who, StaffTask task, AnswerIdentity said, string? comment, CancellationToken cancel)
    {
        try
        {
            LedgerResult result = await ledger.ApplyAsync(who, [said], StaffTask.IdOf(task.Number), (transaction, _) => StoreAsync(transaction, who, task.Number, "answered", said.Answer, comment, cancel), cancel);
            return result.Status switch
            {
                LedgerStatus.Done => new Outcome(OutcomeKind.Done, task.Revision + 1),
                // A device that is no more takes nothing; the question is answered all the same.
                LedgerStatus.NotFound => await EndAsync(who, task.Number, "answered", said.Answer, comment, _ => null, cancel),
                _ => Refused(OutcomeKind.Invalid, "value-wrong"),
            };
        }
        catch (RefusedException)
        {
            return Refused(OutcomeKind.Stale, "already-ended");
        }
    }

    /// <summary>Stores the end of a task that is still open behind the door; two people may answer at once, and the first one's answer stands.</summary>
    private async Task StoreAsync(DbTransaction transaction, Actor who, long number, string state, string? answer, string? comment, CancellationToken cancel)
    {
        if (await GetAsync(who, number, cancel) is not { State: TaskState.Open }) throw new RefusedException(Refusal.Stale, "", "already-ended", "It was answered or withdrawn already.");
        await transaction.RunAsync(
            "UPDATE tasks SET state = @p1, answer = @p2, comment = @p3, ended_by = @p4, ended = @p5, revision = revision + 1 WHERE number = @p0",
            cancel, number, state, answer, string.IsNullOrWhiteSpace(comment) ? null : comment.Trim(), who.Name, time.Nanoseconds());
        await audit.AppendAsync(who, "task-" + state, StaffTask.IdOf(number), "open", answer ?? state, comment, cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome> WithdrawAsync(Actor who, long number, string reason, CancellationToken cancel = default) => EndAsync(who, number, "withdrawn", null, reason, task =>
        task.From != who.Name && !who.Is(Role.Administrator) ? Refused(OutcomeKind.NotAllowed, "not-sender")
        : string.IsNullOrWhiteSpace(reason) ? Refused(OutcomeKind.Invalid, "reason-missing")
        : reason.Length > LongestComment ? Refused(OutcomeKind.Invalid, "text-too-long") : null, cancel);

    private async Task<Outcome> EndAsync(Actor who, long number, string state, string? answer, string? comment, Func<StaffTask, Outcome?> refuse, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (await GetAsync(who, number, cancel) is null) return new Outcome(OutcomeKind.NotFound);
        return await gate.RunAsync(
            async (_, transaction) =>
            {
                // Read again behind the door: two people may answer at once, and the first one's answer stands.
                if (await GetAsync(who, number, cancel) is not { } task) return new Outcome(OutcomeKind.NotFound);
                if (refuse(task) is { } refused) return refused;
                if (task.State != TaskState.Open) return Refused(OutcomeKind.Stale, "already-ended");
                await StoreAsync(transaction, who, number, state, answer, comment, cancel);
                return new Outcome(OutcomeKind.Done, task.Revision + 1);
            },
            cancel: cancel);
    }

    private IQueryable<TaskRow> Matching(StoreContext context, TaskFilter filter)
    {
        IQueryable<TaskRow> rows = context.Set<TaskRow>().AsNoTracking();
        if (filter.For is { } who)
        {
            int?[] roles = [.. who.Roles.Select(role => (int?)role)];
            string[] departments = [.. who.Departments ?? new HashSet<string>()];
            rows = rows.Where(row => row.ToPerson == who.Name || (row.ToRole != null && roles.Contains(row.ToRole)) || (row.ToDepartment != null && departments.Contains(row.ToDepartment)));
        }
        if (filter.From is { } from) rows = rows.Where(row => row.Sender == from);
        if (filter.States.Count > 0)
        {
            string[] states = [.. filter.States.Select(Word)];
            rows = rows.Where(row => states.Contains(row.State));
        }
        if (filter.Device is { } device) rows = rows.Where(row => row.Device == device);
        if (filter.Finding is { } finding) rows = rows.Where(row => row.Finding == finding);
        if (filter.IsOverdue is { } overdue)
        {
            long now = time.Nanoseconds();
            rows = rows.Where(row => (row.State == "open" && row.Due != null && row.Due < now) == overdue);
        }
        return rows;
    }

    private static string Word(TaskState state) => state switch { TaskState.Answered => "answered", TaskState.Withdrawn => "withdrawn", _ => "open" };

    private static async Task<bool> MaySeeAsync(DbTransaction transaction, Actor who, long finding, CancellationToken cancel)
    {
        List<string?> departments = await transaction.AskAsync("SELECT department FROM findings WHERE number = @p0", row => row.IsDBNull(0) ? null : row.GetString(0), cancel, finding);
        return departments.Count > 0 && (who.Departments is null || who.MaySee(departments[0]));
    }

    private static string? Wrong(TaskDraft ask, long now)
    {
        if (string.IsNullOrWhiteSpace(ask.Question) || ask.Question.Length > LongestQuestion || string.IsNullOrWhiteSpace(ask.Kind) || ask.Kind.Length > LongestAnswer) return "question-missing";
        string[] answers = [.. ask.Answers.Select(answer => answer?.Trim() ?? "")];
        if (answers.Length is < StaffTask.MinAnswers or > StaffTask.MaxAnswers || answers.Any(answer => answer.Length is 0 or > LongestAnswer) || answers.Distinct().Count() < answers.Length) return "answers-wrong";
        if (!ask.To.IsValid) return "addressee-wrong";
        return ask.Due is { Nanoseconds: var due } && due <= now ? "due-wrong" : null;
    }

    private static Outcome Refused(OutcomeKind how, string reason) => new(how, 0, "refused." + reason);
}
