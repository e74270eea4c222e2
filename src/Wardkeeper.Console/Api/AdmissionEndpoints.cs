using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>Admission: what was decided about who asks to be let in, who is in, and how far each segment goes.</summary>
internal static class AdmissionEndpoints
{
    public sealed record SegmentBody(
        IReadOnlyList<string>? Nas, IReadOnlyList<string>? Ports, IReadOnlyList<string>? Ssids, FailSafe? FailSafe, string? AdmitVlan, string? QuarantineVlan, string? OnboardVlan, string? FailSafeVlan, int? SessionMinutes, string? Form, long Revision = 0);

    public sealed record EnforceBody(int? Days, string? Digest, string? Reason);

    public sealed record ObserveBody(string? Reason);

    /// <summary>A session; times as accounting tells them, bytes as the switch counted them.</summary>
    public sealed record SessionAnswer(
        string Nas, string? NasIdentifier, string? Port, string Id, string? Mac, long? Device, string? Segment, long? Decision, string? Vlan, string? Address,
        CaptureTime Started, CaptureTime LastSeen, CaptureTime? Ended, string? Cause, long? BytesIn, long? BytesOut);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/admission").WithTags("admission");
        ApiQuery.Take(group.MapGet("/decisions", DecisionsAsync).WithSummary("Decisions, the latest first: who was let in, refused, and why"), ["page", "pageSize", "from", "to", "segment", "outcome", "wanted", "device", "mac", "switch", "reason", "isHeld", "isAgainst"]);
        group.MapGet("/decisions/{id:long}", DecisionAsync).WithSummary("One decision with its reasons and the traits that were compared");
        ApiQuery.Take(group.MapGet("/sessions", SessionsAsync).WithSummary("Sessions, the latest first: who is in, and who was"), ["page", "pageSize", "isOpen", "device", "mac", "switch", "segment"]);
        group.MapGet("/front", ([FromServices] IFrontFigures front) => front.Now).WithSummary("What FreeRADIUS asked since the start of the hub, and what was refused: forged and malformed calls by reason, addresses that know a secret and are no switch");
        group.MapGet("/segments", SegmentsAsync).WithSummary("Segments with their mode and what happens in them while the hub cannot be asked");
        group.MapPut("/segments/{name}", SaveAsync).WithSummary("Makes or changes a segment; a new one observes");
        ApiQuery.Take(group.MapGet("/segments/{name}/proof", ProofAsync).WithSummary("Whom a segment would have refused over some days; people let it enforce by its digest"), ["days"]);
        group.MapDelete("/segments/{name}", async (string name, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel) =>
            FindingDecisionEndpoints.Demand(await policies.RemoveSegmentAsync(context.User.ToActor()!, name, cancel), "segment")).WithSummary("Removes a segment: its places belong to the segment around it");
        group.MapPost("/segments/{name}/enforce", EnforceAsync).WithSummary("Lets a segment enforce, by the digest of the proof that was seen");
        group.MapPost("/segments/{name}/observe", ObserveAsync).WithSummary("Lets a segment observe again, at once");
        AdmissionWordEndpoints.Map(group);
    }

    private static Task<Page<KeptDecision>> DecisionsAsync(HttpContext context, [FromServices] IAdmissionQueries admission, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        int device = query.Number("device", 0, 0, int.MaxValue);
        AdmissionFilter filter = new(query.Time("from"), query.Time("to"), query.Text("segment"), Outcome(query, mistakes, "outcome"), Outcome(query, mistakes, "wanted"), device == 0 ? null : device, Card(query, mistakes), query.Flag("isHeld") == true)
        {
            Nas = query.Text("switch"),
            Reason = query.Text("reason"),
            OnlyAgainst = query.Flag("isAgainst") == true,
            Visible = context.User.ToActor()!.Departments,
        };
        mistakes.ThrowIfAny();
        return admission.DecisionsAsync(filter, page, cancel);
    }

    private static async Task<KeptDecision> DecisionAsync(long id, HttpContext context, [FromServices] IAdmissionQueries admission, CancellationToken cancel) =>
        await admission.DecisionAsync(id, context.User.ToActor()!.Departments, cancel) ?? throw Problems.Missing("decision");

    private static async Task<Page<SessionAnswer>> SessionsAsync(HttpContext context, [FromServices] IAdmissionQueries admission, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        int device = query.Number("device", 0, 0, int.MaxValue);
        SessionFilter filter = new(query.Flag("isOpen"), device == 0 ? null : device, Card(query, mistakes), query.Text("switch"), query.Text("segment"), context.User.ToActor()!.Departments);
        mistakes.ThrowIfAny();
        Page<KeptSession> found = await admission.SessionsAsync(filter, page, cancel);
        return new Page<SessionAnswer>([.. found.Items.Select(Answer)], found.Total);
    }

    private static Task<IReadOnlyList<StoredSegment>> SegmentsAsync([FromServices] IAdmissionPolicies policies, CancellationToken cancel) => policies.SegmentsAsync(cancel);

    private static async Task<StoredSegment> SaveAsync(string name, SegmentBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        AdmissionSegment segment = new(name, SegmentMode.Observe, body.FailSafe ?? FailSafe.KnownStay, body.Nas ?? [], body.Ports ?? [], body.Ssids ?? [], body.AdmitVlan, body.QuarantineVlan ?? throw Missing("quarantineVlan"), body.OnboardVlan, body.FailSafeVlan,
            TimeSpan.FromMinutes(body.SessionMinutes ?? throw Missing("sessionMinutes")), body.Form ?? "rfc3580");
        FindingDecisionEndpoints.Demand(await policies.SaveAsync(context.User.ToActor()!, segment, body.Revision, cancel), "segment");
        return await DemandAsync(name, policies, cancel);
    }

    private static async Task<EnforcementProof> ProofAsync(string name, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        int days = new ApiQuery(context.Request, mistakes).Number("days", 7, 1, 90);
        mistakes.ThrowIfAny();
        await DemandAsync(name, policies, cancel);
        return await policies.ProofAsync(name, days, cancel);
    }

    private static async Task<StoredSegment> EnforceAsync(string name, EnforceBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await policies.EnforceAsync(context.User.ToActor()!, name, body.Days ?? throw Missing("days"), body.Digest ?? throw Missing("digest"), body.Reason ?? "", cancel), "segment");
        return await DemandAsync(name, policies, cancel);
    }

    private static async Task<StoredSegment> ObserveAsync(string name, ObserveBody body, HttpContext context, [FromServices] IAdmissionPolicies policies, CancellationToken cancel)
    {
        FindingDecisionEndpoints.Demand(await policies.ObserveAsync(context.User.ToActor()!, name, body.Reason ?? "", cancel), "segment");
        return await DemandAsync(name, policies, cancel);
    }

    private static async Task<StoredSegment> DemandAsync(string name, IAdmissionPolicies policies, CancellationToken cancel) =>
        (await policies.SegmentsAsync(cancel)).FirstOrDefault(one => one.Segment.Name == name) ?? throw Problems.Missing("segment");

    private static AdmissionOutcome? Outcome(ApiQuery query, Mistakes mistakes, string key)
    {
        if (query.Text(key) is not { } word) return null;
        if (KebabWord.TryParse(word, out AdmissionOutcome outcome)) return outcome;
        mistakes.Add(key, "word-unknown", $"{key} has a value that is not known.");
        return null;
    }

    /// <summary>A card's address in any spelling.</summary>
    private static string? Card(ApiQuery query, Mistakes mistakes)
    {
        if (query.Text("mac") is not { } text) return null;
        if (RadiusReader.Mac(text) is { } mac) return mac;
        mistakes.Add("mac", "mac-malformed", "mac is no address of a card; write it as 02:00:00:00:00:01.");
        return null;
    }

    private static SessionAnswer Answer(KeptSession kept) => new(
        kept.Session.Nas.ToString(), kept.Session.NasIdentifier, kept.Session.Port, kept.Session.Id, kept.Session.Mac, kept.Device, kept.Segment, kept.Session.Decision, kept.Session.Vlan, kept.Session.Address?.ToString(),
        kept.Session.Started, kept.Session.LastSeen, kept.Session.Ended, kept.Session.Cause, kept.Session.BytesIn, kept.Session.BytesOut);

    private static RefusedException Missing(string field) => new(Refusal.Invalid, field, "missing", $"{field} is missing.");
}
