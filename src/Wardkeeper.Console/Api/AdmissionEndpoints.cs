using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Console.Api;

/// <summary>Admission: segments and how far their decisions go, what was decided and why.</summary>
internal static class AdmissionEndpoints
{
    private const int UsualDays = 30;

    public sealed record SegmentBody(
        IReadOnlyList<string>? Nas, IReadOnlyList<string>? Ports, IReadOnlyList<string>? Ssids, FailSafe? FailSafe, string? AdmitVlan, string? QuarantineVlan, string? OnboardVlan, string? FailSafeVlan, int? SessionMinutes, string? Form, long Revision = 0);

    public sealed record EnforceBody(int? Days, string? Digest);

    public sealed record ReasonBody(string? Reason);

    public sealed record ReasonAnswer(string Key, string? Value, string Chinese, string English);

    public sealed record DecisionAnswer(KeptDecision Decision, IReadOnlyList<ReasonAnswer> Reasons);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/admission").WithTags("admission");
        group.MapGet("/segments", SegmentsAsync).WithSummary("Segments of the network, with their modes");
        group.MapPut("/segments/{name}", SaveAsync).WithSummary("Makes or changes a segment; a new one observes");
        ApiQuery.Take(group.MapGet("/segments/{name}/proof", ProofAsync).WithSummary("Whom the segment would have refused over some days"), "days");
        group.MapPost("/segments/{name}/enforce", EnforceAsync).WithSummary("Lets the segment enforce, by the digest of its proof");
        group.MapPost("/segments/{name}/observe", ObserveAsync).WithSummary("Lets the segment observe again, at once");
        ApiQuery.Take(group.MapGet("/decisions", DecisionsAsync).WithSummary("What was decided and why, the latest first"), "page", "pageSize", "mac", "device", "segment");
    }

    private static Task<IReadOnlyList<StoredSegment>> SegmentsAsync([FromServices] IAdmissionPolicies policies, CancellationToken cancel) => policies.SegmentsAsync(cancel);

    private static async Task<StoredSegment> SaveAsync(string name, SegmentBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        AdmissionSegment segment = new(name, SegmentMode.Observe, body.FailSafe ?? FailSafe.KnownStay, body.Nas ?? [], body.Ports ?? [], body.Ssids ?? [], body.AdmitVlan, body.QuarantineVlan ?? throw Missing("quarantineVlan"), body.OnboardVlan, body.FailSafeVlan,
            TimeSpan.FromMinutes(body.SessionMinutes ?? throw Missing("sessionMinutes")), body.Form ?? "rfc3580");
        FindingDecisionEndpoints.Demand(await policies.SaveAsync(context.User.ToActor()!, segment, body.Revision, cancel), "segment");
        return await OneAsync(name, policies, cancel);
    }

    private static Task<EnforcementProof> ProofAsync(string name, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        int days = new ApiQuery(context.Request, mistakes).Number("days", UsualDays, 1, 90);
        mistakes.ThrowIfAny();
        return policies.ProofAsync(name, days, cancel);
    }

    private static async Task<StoredSegment> EnforceAsync(string name, EnforceBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await policies.EnforceAsync(context.User.ToActor()!, name, body.Days ?? UsualDays, body.Digest ?? throw Missing("digest"), cancel), "segment");
        return await OneAsync(name, policies, cancel);
    }

    private static async Task<StoredSegment> ObserveAsync(string name, ReasonBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await policies.ObserveAsync(context.User.ToActor()!, name, body.Reason ?? "", cancel), "segment");
        return await OneAsync(name, policies, cancel);
    }

    private static async Task<Page<DecisionAnswer>> DecisionsAsync(HttpContext context, [FromServices] IAdmissionQueries queries, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        int device = query.Number("device", 0, 0, int.MaxValue);
        string? mac = query.Texts("mac") is [var text, ..] ? text : null, segment = query.Texts("segment") is [var name, ..] ? name : null;
        if (mac is not null && !RegisterValues.TryMac(mac, out _)) mistakes.Add("mac", "not-a-mac", "mac is no MAC address.");
        mistakes.ThrowIfAny();
        Page<KeptDecision> found = await queries.DecisionsAsync(new AdmissionFilter(Segment: segment, Device: device == 0 ? null : device, Mac: mac?.Replace('-', ':').ToLowerInvariant()), page, cancel);
        return new([.. found.Items.Select(one => new DecisionAnswer(one, [.. one.Reasons.Select(reason => new ReasonAnswer(reason.Key, reason.Value, AdmissionTexts.Of(reason, chinese: true), AdmissionTexts.Of(reason, chinese: false)))]))], found.Total);
    }

    private static async Task<StoredSegment> OneAsync(string name, IAdmissionPolicies policies, CancellationToken cancel) =>
        (await policies.SegmentsAsync(cancel)).FirstOrDefault(one => one.Segment.Name == name) ?? throw Problems.Missing("segment");

    private static RefusedException Missing(string field) => new(Refusal.Invalid, field, "missing", $"{field} is missing.");
}
