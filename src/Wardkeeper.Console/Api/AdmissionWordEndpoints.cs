using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Console.Api;

/// <summary>What people lay down about who may join: rules of place and time, their word for a device, guests with an end.</summary>
internal static class AdmissionWordEndpoints
{
    public sealed record RuleBody(
        IReadOnlyList<string>? Types, IReadOnlyList<string>? Departments, IReadOnlyList<string>? Segments, IReadOnlyList<string>? Nas, IReadOnlyList<string>? Ports, TimeOnly? From, TimeOnly? Until, string? Vlan, string? Acl, int? SessionMinutes, string? Note);

    public sealed record ApprovalBody(long? Device, int? Minutes, string? Reason);

    public sealed record GuestBody(string? Mac, string? Vlan, int? Minutes, string? Reason);

    public sealed record ReasonBody(string? Reason);

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/rules", ([FromServices] IAdmissionPolicies policies, CancellationToken cancel) => policies.RulesAsync(cancel)).WithSummary("Rules: where and when devices may be, and what they get");
        group.MapPost("/rules", (RuleBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel) => SaveAsync(0, body, context, policies, cancel)).WithSummary("Makes a rule");
        group.MapPut("/rules/{number:long}", SaveAsync).WithSummary("Changes a rule");
        group.MapDelete("/rules/{number:long}", async (long number, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel) => Done(await policies.RemoveRuleAsync(context.User.ToActor()!, number, cancel), "rule")).WithSummary("Removes a rule");
        group.MapGet("/approvals", ([FromServices] IAdmissionPolicies policies, CancellationToken cancel) => policies.ApprovalsAsync(cancel)).WithSummary("People's word and work orders for devices, as far as they count");
        group.MapPost("/approvals", ApproveAsync).WithSummary("Gives one's word for a device: it lifts what a person may lift, and is what large equipment needs besides");
        group.MapPost("/approvals/{device:long}/withdraw", async (long device, ReasonBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel) => Done(await policies.WithdrawAsync(context.User.ToActor()!, device, body.Reason ?? "", cancel), "approval")).WithSummary("Takes back what was approved of a device");
        group.MapGet("/guests", ([FromServices] IAdmissionPolicies policies, CancellationToken cancel) => policies.GuestsAsync(cancel)).WithSummary("Guests' machines, also those whose time was over within 30 days");
        group.MapPost("/guests", InviteAsync).WithSummary("Lets a guest's machine in until an end; whoever calls answers for it");
        group.MapPost("/guests/{number:long}/end", async (long number, ReasonBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel) => Done(await policies.DismissAsync(context.User.ToActor()!, number, body.Reason ?? "", cancel), "guest")).WithSummary("Ends a guest's time now");
    }

    private static async Task<AdmissionRule> SaveAsync(long number, RuleBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        TimeSpan? session = body.SessionMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        AdmissionRule rule = new(number, body.Types ?? [], body.Departments ?? [], body.Segments ?? [], body.Nas ?? [], body.Ports ?? [], body.From, body.Until, body.Vlan, body.Acl, session, body.Note ?? "");
        (Outcome outcome, long made) = await policies.SaveAsync(context.User.ToActor()!, rule, cancel);
        FindingDecisionEndpoints.Demand(outcome, "rule");
        return (await policies.RulesAsync(cancel)).First(one => one.Number == made);
    }

    private static async Task<IResult> ApproveAsync(ApprovalBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        long device = body.Device ?? throw Missing("device");
        FindingDecisionEndpoints.Demand(await policies.ApproveAsync(context.User.ToActor()!, device, body.Reason ?? "", TimeSpan.FromMinutes(body.Minutes ?? throw Missing("minutes")), cancel), "device");
        return TypedResults.Ok((await policies.ApprovalsAsync(cancel)).Last(one => one.Device == device));
    }

    private static async Task<IResult> InviteAsync(GuestBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        Outcome outcome = await policies.InviteAsync(context.User.ToActor()!, body.Mac ?? throw Missing("mac"), body.Vlan ?? throw Missing("vlan"), body.Reason ?? "", TimeSpan.FromMinutes(body.Minutes ?? throw Missing("minutes")), cancel);
        FindingDecisionEndpoints.Demand(outcome, "guest");
        return TypedResults.Created($"/api/v1/admission/guests/{outcome.Revision}", (await policies.GuestsAsync(cancel)).First(one => one.Number == outcome.Revision));
    }

    private static NoContent Done(Outcome outcome, string what)
    {
        FindingDecisionEndpoints.Demand(outcome, what);
        return TypedResults.NoContent();
    }

    private static RefusedException Missing(string field) => new(Refusal.Invalid, field, "missing", $"{field} is missing.");
}
