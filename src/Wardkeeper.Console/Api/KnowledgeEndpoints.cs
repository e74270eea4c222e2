using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>What devices are identified by: the knowledge base, the site's additions to it, and what persons taught of like ones as a file that another site can add.</summary>
internal static class KnowledgeEndpoints
{
    /// <summary>What more than the largest file a body may have, so that it is the file that is named as too large.</summary>
    private const long Slack = 1 << 20;

    private const string TextType = "text/tab-separated-values; charset=utf-8";

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/knowledge").WithTags("knowledge");
        ApiQuery.Take(group.MapGet("", List).WithSummary("Entries of the knowledge base; text looks in all of an entry"), "page", "pageSize", "text");
        group.MapGet("/fingerprints", FingerprintsAsync).WithSummary("What persons said of devices, by fingerprint, as a file of knowledge");
        group.MapGet("/additions", ([FromServices] IKnowledgeAdditions additions) => additions.Additions()).WithSummary("The site's files, by name, with who vouches for each and why it does not count");
        ApiQuery.Take(group.MapPost("/additions/preview", PreviewAsync).WithSummary("Compares a file (the body itself) with what is known: new, same, contradicting; nothing is stored"), "name");
        ApiQuery.Take(group.MapPost("/additions", AddAsync).WithSummary("Adds a file of entries or a signed bundle (the body itself) in the place of the one of the same name, and identifies all devices anew"), "name");
        ApiQuery.Take(group.MapDelete("/additions/{id}", RemoveAsync).WithSummary("Removes a file; needs a reason"), "reason");
    }

    /// <summary>An entry as a file writes it, cell by cell.</summary>
    public sealed record EntryAnswer(string Id, string On, string Match, string Says, string Basis, string Source, string Licence);

    /// <summary>An entry of a file beside what is known.</summary>
    public sealed record ComparedAnswer(string News, EntryAnswer Entry, EntryAnswer? Known);

    /// <summary>What a file would add.</summary>
    public sealed record PreviewAnswer(string Name, KnowledgeSeal Seal, string? Signer, IReadOnlyList<string> Mistakes, int New, int Same, int Contradicting, IReadOnlyList<ComparedAnswer> Entries, string? Replaces);

    private static Page<EntryAnswer> List(HttpContext context)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        string? text = query.Text("text");
        mistakes.ThrowIfAny();
        KnowledgeEntry[] found = [.. KnowledgeBase.InForce.Entries.Where(entry => text is null || KnowledgeFile.Line(entry).Contains(text, StringComparison.OrdinalIgnoreCase))];
        return new Page<EntryAnswer>([.. found.Skip((page.Number - 1) * page.Size).Take(page.Size).Select(AnswerOf)], found.Length);
    }

    private static async Task<IResult> FingerprintsAsync(HttpContext context, [FromServices] ITaughtQueries taught, CancellationToken cancel)
    {
        StringBuilder file = new();
        file.AppendJoin('\t', KnowledgeFile.Columns).Append('\n');
        foreach (KnowledgeEntry entry in await taught.TaughtAsync(context.User.ToActor()!.Departments, cancel)) file.Append(KnowledgeFile.Line(entry)).Append('\n');
        context.Response.Headers.ContentDisposition = "attachment; filename=fingerprints.tsv";
        return Results.Text(file.ToString(), TextType);
    }

    private static async Task<PreviewAnswer> PreviewAsync(HttpContext context, [FromServices] IKnowledgeAdditions additions, CancellationToken cancel)
    {
        (string name, byte[] file) = await BodyAsync(context, additions, cancel);
        KnowledgePreview preview = await additions.PreviewAsync(context.User.ToActor()!, name, file, cancel);
        return new PreviewAnswer(preview.Name, preview.Seal, preview.Signer, preview.Mistakes, preview.New, preview.Same, preview.Contradicting, [.. preview.Entries.Select(one => new ComparedAnswer(KebabWord.Of(one.News), AnswerOf(one.Entry), one.Known is null ? null : AnswerOf(one.Known)))], preview.Replaces?.Id);
    }

    private static async Task<IResult> AddAsync(HttpContext context, [FromServices] IKnowledgeAdditions additions, CancellationToken cancel)
    {
        (string name, byte[] file) = await BodyAsync(context, additions, cancel);
        KnowledgeAddition added = await additions.AddAsync(context.User.ToActor()!, name, file, cancel);
        return TypedResults.Created($"/api/v1/knowledge/additions/{Uri.EscapeDataString(added.Id)}", added);
    }

    private static async Task<IResult> RemoveAsync(string id, HttpContext context, [FromServices] IKnowledgeAdditions additions, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? reason = new ApiQuery(context.Request, mistakes).Text("reason");
        mistakes.ThrowIfAny();
        return await additions.RemoveAsync(context.User.ToActor()!, id, reason ?? "", cancel) ? TypedResults.NoContent() : throw Problems.Missing("addition");
    }

    private static async Task<(string Name, byte[] File)> BodyAsync(HttpContext context, IKnowledgeAdditions additions, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? name = new ApiQuery(context.Request, mistakes).Text("name");
        mistakes.Require(!string.IsNullOrWhiteSpace(name) || mistakes.Count > 0, "name", "required", "name is the file's name, by which the addition is known and replaced: name=site.tsv.");
        mistakes.ThrowIfAny();
        if (context.Request.ContentLength > additions.MaxSize) throw new RefusedException(Refusal.Invalid, "file", "knowledge-too-large", $"The file is larger than {additions.MaxSize >> 20} MB.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = additions.MaxSize + Slack;
        using MemoryStream file = new();
        await context.Request.Body.CopyToAsync(file, cancel);
        return (name!, file.ToArray());
    }

    private static EntryAnswer AnswerOf(KnowledgeEntry entry) => new(entry.Id, TraitNames.Of(entry.Trait), entry.Pattern.ToString(), KnowledgeFile.Says(entry), entry.Basis, entry.Source, entry.Licence);
}
