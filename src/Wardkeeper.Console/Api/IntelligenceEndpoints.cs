using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>Sources of intelligence: list, give, remove, and ask whether a value is known.</summary>
internal static class IntelligenceEndpoints
{
    /// <summary>What more than the largest file a body may have, so that it is the file that is named as too large.</summary>
    private const long Slack = 1 << 20;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/intelligence").WithTags("intelligence");
        ApiQuery.Take(group.MapGet("", List).WithSummary("Sources of intelligence, by name, with what is used, has expired and is skipped"), "page", "pageSize");
        ApiQuery.Take(group.MapPost("", AddAsync).WithSummary("Takes a file as a source (STIX 2.1, MISP JSON, lines or CSV, dataset of Suricata with the ending .lst; the body itself), in the place of the one of the same name"), "name");
        ApiQuery.Take(group.MapDelete("/{id}", RemoveAsync).WithSummary("Removes a source; needs a reason"), "reason");
        ApiQuery.Take(group.MapGet("/known", Find).WithSummary("What the sources say of an address, domain, URL, hash or fingerprint"), "value");
    }

    private static Page<IntelligenceSource> List(HttpContext context, [FromServices] IIntelligence intelligence)
    {
        Mistakes mistakes = new();
        PageRequest page = new ApiQuery(context.Request, mistakes).Page();
        mistakes.ThrowIfAny();
        IReadOnlyList<IntelligenceSource> all = intelligence.Sources();
        return new Page<IntelligenceSource>([.. all.Skip(page.Skip).Take(page.Take)], all.Count);
    }

    private static async Task<IResult> AddAsync(HttpContext context, [FromServices] IIntelligence intelligence, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? name = new ApiQuery(context.Request, mistakes).Text("name");
        mistakes.Require(!string.IsNullOrWhiteSpace(name) || mistakes.Count > 0, "name", "required", "name is the file's name, by which the source is known and replaced: name=feed.json.");
        mistakes.ThrowIfAny();
        if (context.Request.ContentLength > intelligence.MaxSize) throw new RefusedException(Refusal.Invalid, "file", "intel-too-large", $"The file is larger than {intelligence.MaxSize >> 20} MB. Split it, or leave out kinds that no packet shows.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = intelligence.MaxSize + Slack;
        IntelligenceSource source = await intelligence.AddAsync(context.User.ToActor()!, name!, context.Request.Body, cancel);
        return TypedResults.Created($"/api/v1/intelligence/{Uri.EscapeDataString(source.Id)}", source);
    }

    private static async Task<IResult> RemoveAsync(string id, HttpContext context, [FromServices] IIntelligence intelligence, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? reason = new ApiQuery(context.Request, mistakes).Text("reason");
        mistakes.ThrowIfAny();
        return await intelligence.RemoveAsync(context.User.ToActor()!, id, reason ?? "", cancel) ? TypedResults.NoContent() : throw Problems.Missing("source");
    }

    private static IReadOnlyList<KnownValue> Find(HttpContext context, [FromServices] IIntelligence intelligence)
    {
        Mistakes mistakes = new();
        string? value = new ApiQuery(context.Request, mistakes).Text("value");
        mistakes.Require(value is not null || mistakes.Count > 0, "value", "required", "value is an address, domain, URL, hash or fingerprint.");
        mistakes.ThrowIfAny();
        return intelligence.Find(value!);
    }
}
