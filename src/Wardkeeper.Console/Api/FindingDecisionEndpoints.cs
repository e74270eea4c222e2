using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>What people decide about findings. Each answers with the finding as it is afterwards.</summary>
internal static class FindingDecisionEndpoints
{
    public sealed record JudgeBody(Verdict? Verdict, string? Reason);

    public sealed record MoveBody(FindingState? State);

    public sealed record AssignBody(string? Assignee);

    public sealed record CommentBody(string? Text);

    public sealed record ReasonBody(string? Reason);

    public sealed record ScopeBody(SuppressionKind? Scope, string? Subnet);

    public sealed record SuppressBody(SuppressionKind? Scope, string? Subnet, string? Reason, CaptureTime? Expires);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/findings/{id:long}").WithTags("findings");
        group.MapPost("/judge", JudgeAsync).WithSummary("Decides what a finding is: true, false-positive or benign; needs If-Match");
        group.MapPost("/move", MoveAsync).WithSummary("Moves a finding to new, triage, in-progress or to-verify; needs If-Match");
        group.MapPost("/assign", AssignAsync).WithSummary("Gives a finding to somebody, or with null to nobody; needs If-Match");
        group.MapPost("/comments", CommentAsync).WithSummary("Adds a comment");
        group.MapPost("/close", CloseAsync).WithSummary("Closes a finding that has a verdict; needs If-Match");
        group.MapPost("/reopen", ReopenAsync).WithSummary("Opens a closed finding again; needs If-Match");
        group.MapPost("/suppress", SuppressAsync).WithSummary("Hides findings like this one until a day; needs If-Match");
        group.MapPost("/suppress/preview", PreviewAsync).WithSummary("What a suppression would hide if it were made now; changes nothing");
        api.MapPost("/suppressions/{id:long}/end", EndAsync).WithTags("findings").WithSummary("Ends a suppression; what it hid is shown again");
    }

    /// <summary>Refuses as the hub did; does nothing when it was done.</summary>
    internal static void Demand(Outcome outcome, string what)
    {
        if (outcome.IsDone) return;
        string code = outcome.Reason is { } reason ? reason[(reason.IndexOf('.', StringComparison.Ordinal) + 1)..] : "changed-meanwhile";
        string told = outcome.Reason is null ? "It was changed since it was read; load it again." : FindingTexts.Get(outcome.Reason, chinese: false);
        OutcomeKind kind = outcome is { Result: var result } ? result : default;
        throw kind switch
        {
            OutcomeKind.NotFound => Problems.Missing(what),
            OutcomeKind.Stale => new RefusedException(outcome.Reason is null ? Refusal.Stale : Refusal.Conflict, "", code, told),
            OutcomeKind.NotAllowed => new RefusedException(Refusal.Forbidden, "", code, told),
            _ => new RefusedException(Refusal.Invalid, "", code, told),
        };
    }

    private static Task<FindingDetail> JudgeAsync(long id, JudgeBody body, HttpContext context, [FromServices] IFindingCommands commands, [FromServices] IFindingQueries findings, CancellationToken cancel) =>
        ChangeAsync(id, context, findings, (who, revision) => commands.JudgeAsync(who, id, revision, Given(body.Verdict, "verdict"), body.Reason ?? "", cancel), cancel);

    private static Task<FindingDetail> MoveAsync(long id, MoveBody body, HttpContext context, [FromServices] IFindingCommands commands, [FromServices] IFindingQueries findings, CancellationToken cancel) =>
        ChangeAsync(id, context, findings, (who, revision) => commands.MoveAsync(who, id, revision, Given(body.State, "state"), cancel), cancel);

    private static Task<FindingDetail> AssignAsync(long id, AssignBody body, HttpContext context, [FromServices] IFindingCommands commands, [FromServices] IFindingQueries findings, CancellationToken cancel) =>
        ChangeAsync(id, context, findings, (who, revision) => commands.AssignAsync(who, id, revision, body.Assignee, cancel), cancel);

    private static async Task<FindingDetail> CommentAsync(long id, CommentBody body, HttpContext context, [FromServices] IFindingCommands commands, [FromServices] IFindingQueries findings, CancellationToken cancel)
    {
        Demand(await commands.CommentAsync(context.User.ToActor()!, id, body.Text ?? "", cancel), "finding");
        return await FindingEndpoints.ReadAsync(context, findings, id, cancel);
    }

    private static Task<FindingDetail> CloseAsync(long id, ReasonBody body, HttpContext context, [FromServices] IFindingCommands commands, [FromServices] IFindingQueries findings, CancellationToken cancel) =>
        ChangeAsync(id, context, findings, (who, revision) => commands.CloseAsync(who, id, revision, body.Reason ?? "", cancel), cancel);

    private static Task<FindingDetail> ReopenAsync(long id, ReasonBody body, HttpContext context, [FromServices] IFindingCommands commands, [FromServices] IFindingQueries findings, CancellationToken cancel) =>
        ChangeAsync(id, context, findings, (who, revision) => commands.ReopenAsync(who, id, revision, body.Reason ?? "", cancel), cancel);

    private static Task<FindingDetail> SuppressAsync(long id, SuppressBody body, HttpContext context, [FromServices] IFindingCommands commands, [FromServices] IFindingQueries findings, CancellationToken cancel) =>
        ChangeAsync(id, context, findings, (who, revision) => commands.SuppressAsync(who, id, revision, new SuppressionScope(Given(body.Scope, "scope"), body.Subnet), body.Reason ?? "", Given(body.Expires, "expires"), cancel), cancel);

    private static async Task<SuppressionPreview> PreviewAsync(long id, ScopeBody body, HttpContext context, [FromServices] IFindingCommands commands, [FromServices] IFindingQueries findings, CancellationToken cancel)
    {
        Actor who = context.User.ToActor()!;
        SuppressionScope scope = new(Given(body.Scope, "scope"), body.Subnet);
        if (await findings.GetAsync(id, who.Departments, cancel) is null) throw Problems.Missing("finding");
        return await commands.PreviewAsync(id, scope, who.Departments, cancel);
    }

    private static async Task<IResult> EndAsync(long id, ReasonBody body, HttpContext context, [FromServices] IFindingCommands commands, CancellationToken cancel)
    {
        Demand(await commands.UnsuppressAsync(context.User.ToActor()!, id, body.Reason ?? "", cancel), "suppression");
        return TypedResults.NoContent();
    }

    private static async Task<FindingDetail> ChangeAsync(long id, HttpContext context, IFindingQueries findings, Func<Actor, long, Task<Outcome>> change, CancellationToken cancel)
    {
        Actor who = context.User.ToActor()!;
        // Whoever says that any revision will do means the one of this moment.
        long revision = ETags.Demand(context) ?? (await findings.GetAsync(id, who.Departments, cancel))?.Revision ?? throw Problems.Missing("finding");
        Demand(await change(who, revision), "finding");
        return await FindingEndpoints.ReadAsync(context, findings, id, cancel);
    }

    private static T Given<T>(T? value, string field)
        where T : struct => value ?? throw new RefusedException(Refusal.Invalid, field, "missing", $"{field} is missing.");
}
