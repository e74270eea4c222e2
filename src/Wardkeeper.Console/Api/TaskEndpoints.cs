using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>Questions to people. Who is limited to departments sees what is asked of him and what he asked, nothing else.</summary>
internal static class TaskEndpoints
{
    private static readonly string[] Columns = ["number", "due", "asked", "state"];

    public sealed record TaskBody(string? Kind, string? Question, IReadOnlyList<string>? Answers, string? Person, string? Role, string? Department, CaptureTime? Due, long? Device, long? Finding);

    /// <summary>An answer; name and type say what a device is that was asked about.</summary>
    public sealed record AnswerBody(string? Answer, string? Comment, string? Name = null, string? Type = null);

    public sealed record WithdrawBody(string? Reason);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/tasks").WithTags("tasks");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Tasks: for-me, from-me or all"), "page", "pageSize", "sort", "who", "state", "device", "finding", "isOverdue");
        group.MapPost("", AskAsync).WithSummary("Asks somebody a question with two or three answers");
        ApiQuery.Take(api.MapGet("/duties", DutiesAsync).WithTags("tasks").WithSummary("How departments met their duties in the days before now: answered in time, late, open, overdue"), "days");
        api.MapPost("/devices/{id:long}/ask", AskDeviceAsync).WithTags("tasks").WithSummary("Asks whoever is nearest what a device is and whose: its department, its network's, its neighbours', else clinical engineering");
        group.MapGet("/{id:long}", GetAsync).WithSummary("One task");
        group.MapPost("/{id:long}/answer", AnswerAsync).WithSummary("Answers a task; only who is asked, once");
        group.MapPost("/{id:long}/withdraw", WithdrawAsync).WithSummary("Withdraws a task; only who asked, or an administrator");
    }

    private static Task<Page<StaffTask>> ListAsync(HttpContext context, [FromServices] ITaskQueries tasks, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        Actor actor = context.User.ToActor()!;
        PageRequest page = query.Page();
        SortOrder sort = query.Sort("due", Columns);
        string who = query.Text("who") ?? "for-me";
        mistakes.Require(who is "for-me" or "from-me" or "all", "who", "who-word", "who must be for-me, from-me or all.");
        mistakes.Require(who != "all" || actor.Departments is null, "who", "who-limited", "Who is limited to departments asks for for-me or from-me.");
        List<TaskState> states = [];
        foreach (string word in query.Texts("state"))
        {
            TaskState? state = word switch { "open" => TaskState.Open, "answered" => TaskState.Answered, "withdrawn" => TaskState.Withdrawn, _ => null };
            mistakes.Require(state is not null, "state", "word-unknown", "state must be open, answered or withdrawn.");
            if (state is { } known) states.Add(known);
        }
        TaskFilter filter = new()
        {
            For = who == "for-me" ? actor : null,
            From = who == "from-me" ? actor.Name : null,
            States = states,
            Device = query.Text("device") is null ? null : query.Number("device", 0, 0, int.MaxValue),
            Finding = query.Text("finding") is null ? null : query.Number("finding", 0, 0, int.MaxValue),
            IsOverdue = query.Flag("isOverdue"),
        };
        mistakes.ThrowIfAny();
        return tasks.FindAsync(filter, sort, page, cancel);
    }

    private static Task<IReadOnlyList<DutyLine>> DutiesAsync(HttpContext context, [FromServices] IDutyQueries duties, [FromServices] TimeProvider clock, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        int days = new ApiQuery(context.Request, mistakes).Number("days", 30, 1, 3660);
        mistakes.ThrowIfAny();
        CaptureTime now = CaptureTime.FromDate(clock.GetUtcNow());
        return duties.FiguresAsync(CaptureTime.FromDate(clock.GetUtcNow().AddDays(-days)), new CaptureTime(now.Nanoseconds + 1), context.User.ToActor()!.Departments, cancel);
    }

    private static async Task<IResult> AskAsync(TaskBody body, HttpContext context, [FromServices] ITaskCommands commands, [FromServices] ITaskQueries tasks, CancellationToken cancel)
    {
        Role role = default;
        if (body.Role is not null && !RoleNames.TryParse(body.Role, out role)) throw new RefusedException(Refusal.Invalid, "role", "role-unknown", $"role must be one of {string.Join(", ", RoleNames.All)}.");
        Actor who = context.User.ToActor()!;
        TaskDraft draft = new(body.Kind ?? "question", body.Question ?? "", body.Answers ?? [], new Addressee(body.Person, body.Role is null ? null : role, body.Department), body.Due, body.Device, body.Finding);
        (Outcome outcome, long number) = await commands.AskAsync(who, draft, cancel);
        FindingDecisionEndpoints.Demand(outcome, "task");
        return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/v1/tasks/{number}"), await ReadAsync(number, context, tasks, cancel));
    }

    private static async Task<IResult> AskDeviceAsync(long id, HttpContext context, [FromServices] IDeviceAsking asking, [FromServices] ITaskQueries tasks, CancellationToken cancel)
    {
        (Outcome outcome, long number) = await asking.AskAsync(context.User.ToActor()!, id, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh", cancel);
        FindingDecisionEndpoints.Demand(outcome, "device");
        return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/v1/tasks/{number}"), await ReadAsync(number, context, tasks, cancel));
    }

    private static Task<StaffTask> GetAsync(long id, HttpContext context, [FromServices] ITaskQueries tasks, CancellationToken cancel) => ReadAsync(id, context, tasks, cancel);

    private static async Task<StaffTask> AnswerAsync(long id, AnswerBody body, HttpContext context, [FromServices] ITaskCommands commands, [FromServices] ITaskQueries tasks, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await commands.AnswerAsync(context.User.ToActor()!, id, body.Answer ?? "", body.Comment, body.Name is null && body.Type is null ? null : new DeviceSaid(body.Name, body.Type), cancel), "task");
        return await ReadAsync(id, context, tasks, cancel);
    }

    private static async Task<StaffTask> WithdrawAsync(long id, WithdrawBody body, HttpContext context, [FromServices] ITaskCommands commands, [FromServices] ITaskQueries tasks, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await commands.WithdrawAsync(context.User.ToActor()!, id, body.Reason ?? "", cancel), "task");
        return await ReadAsync(id, context, tasks, cancel);
    }

    private static async Task<StaffTask> ReadAsync(long id, HttpContext context, ITaskQueries tasks, CancellationToken cancel)
    {
        StaffTask task = await tasks.GetAsync(context.User.ToActor()!, id, cancel) ?? throw Problems.Missing("task");
        ETags.Set(context, task.Revision);
        return task;
    }
}
