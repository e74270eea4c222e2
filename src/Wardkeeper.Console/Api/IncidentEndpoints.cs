using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>Incidents: what belongs together, whom it affects, and what people decide about it. Each decision answers with the incident as it is afterwards.</summary>
internal static class IncidentEndpoints
{
    private static readonly string[] Columns = ["number", "severity", "first", "last", "findings", "state", "assignee"];

    public sealed record MoveBody(IncidentState? State);

    public sealed record CloseBody(string? Lesson);

    public sealed record AssignBody(string? Assignee);

    public sealed record CommentBody(string? Text);

    public sealed record MergeBody(long? Into, string? Reason);

    public sealed record SplitBody(IReadOnlyList<long>? Findings, string? Reason);

    public sealed record ReasonBody(string? Reason);

    /// <summary>Whom an incident affects. Null is not known.</summary>
    public sealed record ImpactAnswer(int Devices, int LifeSupport, IReadOnlyList<BedAnswer> Beds, int MedicalDevicesWithoutBed, int? Patients, bool IsAtLeast);

    public sealed record BedAnswer(string? Department, string Bed);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/incidents").WithTags("incidents");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Incidents: findings that belong together"), ["page", "pageSize", "sort", "text", "severity", "state", "isOpen", "department", "assignee"]);
        group.MapGet("/{id:long}", GetAsync).WithSummary("Everything of one incident: storyline, devices, notes, what made it possible");
        group.MapGet("/{id:long}/impact", ImpactAsync).WithSummary("Devices, beds and patients that an incident affects, as far as known");
        group.MapPost("/{id:long}/move", MoveAsync).WithSummary("Moves an incident to new, triage, in-progress, contained or recovered; needs If-Match");
        group.MapPost("/{id:long}/close", CloseAsync).WithSummary("Closes an incident with what was learned; needs If-Match");
        group.MapPost("/{id:long}/assign", AssignAsync).WithSummary("Gives an incident to somebody, or with null to nobody; needs If-Match");
        group.MapPost("/{id:long}/comments", CommentAsync).WithSummary("Adds a comment");
        group.MapPost("/{id:long}/merge", MergeAsync).WithSummary("Puts everything of an incident into another; can be undone; needs If-Match");
        group.MapPost("/{id:long}/split", SplitAsync).WithSummary("Makes an incident of its own of some findings and answers with it; can be undone; needs If-Match");
        group.MapPost("/operations/{id:long}/undo", UndoAsync).WithSummary("Undoes a merge or a split");
    }

    private static Task<Page<IncidentLine>> ListAsync(HttpContext context, [FromServices] IIncidentQueries incidents, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        SortOrder sort = query.Sort("-severity", Columns);
        List<Severity> severities = [];
        foreach (string word in query.Texts("severity"))
        {
            if (FindingWords.TryParse(word, out Severity severity)) severities.Add(severity);
            else mistakes.Add("severity", "word-unknown", "severity has a value that is not known.");
        }
        List<IncidentState> states = [];
        foreach (string word in query.Texts("state"))
        {
            if (IncidentWords.TryParse(word, out IncidentState state)) states.Add(state);
            else mistakes.Add("state", "word-unknown", "state has a value that is not known.");
        }
        IncidentFilter filter = new()
        {
            Text = query.Text("text"),
            Severities = severities,
            States = states,
            IsOpen = query.Flag("isOpen"),
            Departments = query.Texts("department"),
            Assignees = query.Texts("assignee"),
            Visible = context.User.ToActor()!.Departments,
        };
        mistakes.ThrowIfAny();
        return incidents.FindAsync(filter, sort, page, cancel);
    }

    private static async Task<IncidentDetail> GetAsync(long id, HttpContext context, [FromServices] IIncidentQueries incidents, CancellationToken cancel)
    {
        IncidentDetail incident = await incidents.GetAsync(id, context.User.ToActor()!.Departments, cancel) ?? throw Problems.Missing("incident");
        ETags.Set(context, incident.Revision);
        return incident;
    }

    private static async Task<ImpactAnswer> ImpactAsync(long id, HttpContext context, [FromServices] IIncidentQueries incidents, [FromServices] IDeviceQueries devices, [FromServices] IHistoryQueries history, CancellationToken cancel)
    {
        IReadOnlySet<string>? visible = context.User.ToActor()!.Departments;
        IncidentDetail incident = await incidents.GetAsync(id, visible, cancel) ?? throw Problems.Missing("incident");
        IncidentImpact impact = await IncidentImpact.OfAsync(incident, devices, history, visible, cancel);
        return new ImpactAnswer(impact.Devices.Count, impact.LifeSupport, [.. impact.Beds.Select(bed => new BedAnswer(bed.Department, bed.Bed))], impact.WithoutBed, impact.Patients, impact.IsAtLeast);
    }

    private static Task<IncidentDetail> MoveAsync(long id, MoveBody body, HttpContext context, [FromServices] IIncidentCommands commands, [FromServices] IIncidentQueries incidents, CancellationToken cancel) =>
        ChangeAsync(id, context, incidents, (who, revision) => commands.MoveAsync(who, id, revision, body.State ?? throw Missing("state"), cancel), cancel);

    private static Task<IncidentDetail> CloseAsync(long id, CloseBody body, HttpContext context, [FromServices] IIncidentCommands commands, [FromServices] IIncidentQueries incidents, CancellationToken cancel) =>
        ChangeAsync(id, context, incidents, (who, revision) => commands.CloseAsync(who, id, revision, body.Lesson ?? "", cancel), cancel);

    private static Task<IncidentDetail> AssignAsync(long id, AssignBody body, HttpContext context, [FromServices] IIncidentCommands commands, [FromServices] IIncidentQueries incidents, CancellationToken cancel) =>
        ChangeAsync(id, context, incidents, (who, revision) => commands.AssignAsync(who, id, revision, body.Assignee, cancel), cancel);

    private static async Task<IncidentDetail> CommentAsync(long id, CommentBody body, HttpContext context, [FromServices] IIncidentCommands commands, [FromServices] IIncidentQueries incidents, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await commands.CommentAsync(context.User.ToActor()!, id, body.Text ?? "", cancel), "incident");
        return await GetAsync(id, context, incidents, cancel);
    }

    private static Task<IncidentDetail> MergeAsync(long id, MergeBody body, HttpContext context, [FromServices] IIncidentCommands commands, [FromServices] IIncidentQueries incidents, CancellationToken cancel)
    {
        long into = body.Into ?? throw Missing("into");
        return ChangeAsync(id, context, incidents, (who, revision) => commands.MergeAsync(who, id, revision, into, body.Reason ?? "", cancel), cancel, into);
    }

    private static async Task<IncidentDetail> SplitAsync(long id, SplitBody body, HttpContext context, [FromServices] IIncidentCommands commands, [FromServices] IIncidentQueries incidents, CancellationToken cancel)
    {
        Actor who = context.User.ToActor()!;
        (Outcome outcome, long made) = await commands.SplitAsync(who, id, await RevisionAsync(id, who, context, incidents, cancel), body.Findings ?? [], body.Reason ?? "", cancel);
        FindingDecisionEndpoints.Demand(outcome, "incident");
        return await GetAsync(made, context, incidents, cancel);
    }

    private static async Task<IResult> UndoAsync(long id, ReasonBody body, HttpContext context, [FromServices] IIncidentCommands commands, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await commands.UndoAsync(context.User.ToActor()!, id, body.Reason ?? "", cancel), "operation");
        return TypedResults.NoContent();
    }

    private static async Task<IncidentDetail> ChangeAsync(long id, HttpContext context, IIncidentQueries incidents, Func<Actor, long, Task<Outcome>> change, CancellationToken cancel, long? after = null)
    {
        Actor who = context.User.ToActor()!;
        FindingDecisionEndpoints.Demand(await change(who, await RevisionAsync(id, who, context, incidents, cancel)), "incident");
        return await GetAsync(after ?? id, context, incidents, cancel);
    }

    /// <summary>The revision that the caller looked at; who says that any will do means the one of this moment.</summary>
    private static async Task<long> RevisionAsync(long id, Actor who, HttpContext context, IIncidentQueries incidents, CancellationToken cancel) =>
        ETags.Demand(context) ?? (await incidents.GetAsync(id, who.Departments, cancel))?.Revision ?? throw Problems.Missing("incident");

    private static RefusedException Missing(string field) => new(Refusal.Invalid, field, "missing", $"{field} is missing.");
}
