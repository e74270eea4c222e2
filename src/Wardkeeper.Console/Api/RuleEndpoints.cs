using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Signatures;

namespace Wardkeeper.Console.Api;

/// <summary>Rules in Suricata's syntax: sources and rules listed, files given and removed, rules tried on a capture.</summary>
internal static class RuleEndpoints
{
    /// <summary>What more than the largest file a body may have, so that it is the file that is named as too large.</summary>
    private const long Slack = 1 << 20;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/rules").WithTags("rules");
        ApiQuery.Take(group.MapGet("", List).WithSummary("Rules, with what becomes of each, why it cannot fire, and what it cost"), "state", "source", "keyword", "q", "sort", "page", "pageSize");
        group.MapGet("/sources", (ISignatures signatures) => signatures.Sources()).WithSummary("Files of rules, by name, with how many run and how many do not");
        ApiQuery.Take(group.MapPost("", AddAsync).WithSummary("Takes a file of rules in Suricata's syntax, or an archive of them (the body itself), in the place of the one of the same name"), "name");
        ApiQuery.Take(group.MapDelete("/{id}", RemoveAsync).WithSummary("Removes a file of rules; needs a reason"), "reason");
        ApiQuery.Take(group.MapPost("/trial", TryAsync).WithSummary("Runs rules (query, one in a line) over a capture (the body itself) and tells what matched; nothing is stored"), "rules");
    }

    private static Page<RuleLine> List(HttpContext context, [FromServices] ISignatures signatures)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        List<RuleState> states = [];
        foreach (string word in query.Texts("state"))
        {
            if (KebabWord.TryParse(word, out RuleState state)) states.Add(state);
            else mistakes.Require(false, "state", "unknown", $"state is one of {string.Join(", ", Enum.GetValues<RuleState>().Select(KebabWord.Of))}.");
        }
        RuleFilter filter = new() { States = states, Source = query.Text("source"), Keyword = query.Text("keyword"), Text = query.Text("q") };
        SortOrder sort = query.Sort("sid", "sid", "bytes", "matched", "priority", "file");
        PageRequest page = query.Page();
        mistakes.ThrowIfAny();
        return signatures.Rules(filter, sort, page);
    }

    private static async Task<IResult> AddAsync(HttpContext context, [FromServices] ISignatures signatures, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? name = new ApiQuery(context.Request, mistakes).Text("name");
        mistakes.Require(!string.IsNullOrWhiteSpace(name) || mistakes.Count > 0, "name", "required", "name is the file's name, by which the source is known and replaced: name=site.rules.");
        mistakes.ThrowIfAny();
        Limit(context, signatures.MaxSize);
        RuleSource source = await signatures.AddAsync(context.User.ToActor()!, name!, context.Request.Body, cancel);
        return TypedResults.Created($"/api/v1/rules/{Uri.EscapeDataString(source.Id)}", source);
    }

    private static async Task<IResult> RemoveAsync(string id, HttpContext context, [FromServices] ISignatures signatures, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? reason = new ApiQuery(context.Request, mistakes).Text("reason");
        mistakes.ThrowIfAny();
        return await signatures.RemoveAsync(context.User.ToActor()!, id, reason ?? "", cancel) ? TypedResults.NoContent() : throw Problems.Missing("source");
    }

    private static async Task<RuleTrial> TryAsync(HttpContext context, [FromServices] ISignatures signatures, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? rules = new ApiQuery(context.Request, mistakes).Text("rules");
        mistakes.Require(!string.IsNullOrWhiteSpace(rules) || mistakes.Count > 0, "rules", "required", "rules holds the rules that are tried, one in a line.");
        mistakes.ThrowIfAny();
        Limit(context, signatures.MaxCapture);
        return await signatures.TryAsync(context.User.ToActor()!, rules!, context.Request.Body, cancel);
    }

    private static void Limit(HttpContext context, long most)
    {
        if (context.Request.ContentLength > most) throw new RefusedException(Refusal.Invalid, "file", "rules-too-large", $"The file is larger than {most >> 20} MB.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most + Slack;
    }
}
