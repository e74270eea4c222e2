using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Console.Api;

/// <summary>The border's NAT and publishing tables: upload, look, put in force, take back.</summary>
internal static class PublishingEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/publishings").WithTags("publishings");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Tables of the border, latest first"), "page", "pageSize");
        ApiQuery.Take(group.MapPost("", UploadAsync).WithSummary("Reads a table of the border (CSV, XLSX, XLS; the body itself); nothing follows from it yet"), "name");
        group.MapGet("/{id:long}", GetAsync).WithSummary("One table with its mistakes");
        ApiQuery.Take(group.MapGet("/{id:long}/services", ServicesAsync).WithSummary("Services of a table, in the order of the file"), "page", "pageSize");
        group.MapPost("/{id:long}/apply", ApplyAsync).WithSummary("Puts a table in force, in the place of the one before");
        group.MapPost("/{id:long}/undo", UndoAsync).WithSummary("Takes back the table in force; the one before holds again; needs a reason");
    }

    private static Task<Page<PublishingLine>> ListAsync(HttpContext context, [FromServices] IPublishings tables, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        PageRequest page = new ApiQuery(context.Request, mistakes).Page();
        mistakes.ThrowIfAny();
        return tables.ListAsync(page, cancel);
    }

    private static async Task<IResult> UploadAsync(HttpContext context, [FromServices] IPublishings tables, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string name = new ApiQuery(context.Request, mistakes).Text("name") ?? "border";
        mistakes.ThrowIfAny();
        PublishingLine table = await tables.PreviewAsync(context.User.ToActor()!, name, await ImportEndpoints.ReadTableAsync(context, cancel), cancel);
        return TypedResults.Created($"/api/v1/publishings/{table.Number}", table);
    }

    private static async Task<PublishingLine> GetAsync(long id, [FromServices] IPublishings tables, CancellationToken cancel) => await tables.GetAsync(id, cancel) ?? throw Problems.Missing("publishing");

    private static async Task<Page<PublishedLine>> ServicesAsync(long id, HttpContext context, [FromServices] IPublishings tables, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        PageRequest page = new ApiQuery(context.Request, mistakes).Page();
        mistakes.ThrowIfAny();
        return await tables.GetAsync(id, cancel) is null ? throw Problems.Missing("publishing") : await tables.ServicesAsync(id, page, cancel);
    }

    private static async Task<PublishingLine> ApplyAsync(long id, HttpContext context, [FromServices] IPublishings tables, CancellationToken cancel) =>
        await tables.ApplyAsync(context.User.ToActor()!, id, cancel) ?? throw new RefusedException(Refusal.NotFound, "", "publishing-missing", "There is no such table that is not in force yet.");

    private static async Task<PublishingLine> UndoAsync(long id, ImportEndpoints.UndoBody body, HttpContext context, [FromServices] IPublishings tables, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(body.Reason)) throw new RefusedException(Refusal.Invalid, "reason", "reason-missing", "Say why the table is taken back.");
        return await tables.UndoAsync(context.User.ToActor()!, id, body.Reason.Trim(), cancel) ?? throw new RefusedException(Refusal.NotFound, "", "publishing-missing", "This table is not in force.");
    }
}
