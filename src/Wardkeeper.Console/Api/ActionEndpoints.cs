using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Console.Api;

/// <summary>Actions: what is proposed, in force and over; what it would do; who agrees. Each change answers with the action as it is afterwards.</summary>
internal static class ActionEndpoints
{
    public sealed record DraftBody(LadderStep? Step, IReadOnlyList<long>? Devices, int? Minutes, string? Reason, long? Finding, string? Point);

    public sealed record ApproveBody(string? Digest);

    public sealed record ReasonBody(string? Reason);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/actions").WithTags("actions");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Actions: proposed, in force, ended"), ["page", "pageSize", "sort", "state", "device", "finding"]);
        group.MapPost("", ProposeAsync).WithSummary("Proposes an action; nothing is done by it");
        group.MapPost("/preview", TryAsync).WithSummary("What an action would do, computed now, before it is proposed");
        group.MapGet("/{id:long}", GetAsync).WithSummary("One action: who agreed, what was applied, what happened");
        group.MapGet("/{id:long}/preview", PreviewAsync).WithSummary("What an action would do, computed now; people agree to its digest");
        group.MapPost("/{id:long}/approve", ApproveAsync).WithSummary("Agrees to the preview of a digest; carried out when that is enough");
        group.MapPost("/{id:long}/decline", DeclineAsync).WithSummary("Declines an action that waits; nothing is done");
        group.MapPost("/{id:long}/undo", UndoAsync).WithSummary("Undoes an action that is in force");
    }

    private static Task<Page<ResponseAction>> ListAsync(HttpContext context, [FromServices] IActionQueries actions, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        SortOrder sort = query.Sort("-number", ["number", "until"]);
        List<ActionState> states = [];
        foreach (string word in query.Texts("state"))
        {
            if (KebabWord.TryParse(word, out ActionState state)) states.Add(state);
            else mistakes.Add("state", "word-unknown", "state has a value that is not known.");
        }
        int device = query.Number("device", 0, 0, int.MaxValue), finding = query.Number("finding", 0, 0, int.MaxValue);
        mistakes.ThrowIfAny();
        return actions.FindAsync(new ActionFilter { States = states, Device = device == 0 ? null : device, Finding = finding == 0 ? null : finding, Visible = context.User.ToActor()!.Departments }, sort, page, cancel);
    }

    private static async Task<ResponseAction> GetAsync(long id, HttpContext context, [FromServices] IActionQueries actions, CancellationToken cancel)
    {
        ResponseAction action = await actions.GetAsync(id, context.User.ToActor()!.Departments, cancel) ?? throw Problems.Missing("action");
        ETags.Set(context, action.Revision);
        return action;
    }

    private static async Task<ResponsePreview> PreviewAsync(long id, HttpContext context, [FromServices] IActionCommands commands, CancellationToken cancel) =>
        await commands.PreviewAsync(context.User.ToActor()!, id, cancel) ?? throw Problems.Missing("action");

    private static async Task<ResponsePreview> TryAsync(DraftBody body, HttpContext context, [FromServices] IActionCommands commands, CancellationToken cancel) =>
        await commands.PreviewAsync(context.User.ToActor()!, Draft(body), cancel) ?? throw Problems.Missing("device");

    private static async Task<ResponseAction> ProposeAsync(DraftBody body, HttpContext context, [FromServices] IActionCommands commands, [FromServices] IActionQueries actions, CancellationToken cancel)
    {
        (Outcome outcome, long number) = await commands.ProposeAsync(context.User.ToActor()!, Draft(body), cancel);
        FindingDecisionEndpoints.Demand(outcome, "device");
        return await GetAsync(number, context, actions, cancel);
    }

    private static Task<ResponseAction> ApproveAsync(long id, ApproveBody body, HttpContext context, [FromServices] IActionCommands commands, [FromServices] IActionQueries actions, CancellationToken cancel) =>
        ChangeAsync(id, context, actions, who => commands.ApproveAsync(who, id, body.Digest ?? throw Missing("digest"), cancel), cancel);

    private static Task<ResponseAction> DeclineAsync(long id, ReasonBody body, HttpContext context, [FromServices] IActionCommands commands, [FromServices] IActionQueries actions, CancellationToken cancel) =>
        ChangeAsync(id, context, actions, who => commands.DeclineAsync(who, id, body.Reason ?? "", cancel), cancel);

    private static Task<ResponseAction> UndoAsync(long id, ReasonBody body, HttpContext context, [FromServices] IActionCommands commands, [FromServices] IActionQueries actions, CancellationToken cancel) =>
        ChangeAsync(id, context, actions, who => commands.UndoAsync(who, id, body.Reason ?? "", cancel), cancel);

    private static async Task<ResponseAction> ChangeAsync(long id, HttpContext context, IActionQueries actions, Func<Actor, Task<Outcome>> change, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await change(context.User.ToActor()!), "action");
        return await GetAsync(id, context, actions, cancel);
    }

    private static ActionDraft Draft(DraftBody body) => new(body.Step ?? throw Missing("step"), body.Devices ?? throw Missing("devices"), TimeSpan.FromMinutes(body.Minutes ?? throw Missing("minutes")), body.Reason ?? "", body.Finding, body.Point);

    private static RefusedException Missing(string field) => new(Refusal.Invalid, field, "missing", $"{field} is missing.");
}
