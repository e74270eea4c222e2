using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Views;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Views;

namespace Wardkeeper.Console.Api;

/// <summary>Kept views of tables: one's own, and those that are shared with everyone.</summary>
internal static class ViewEndpoints
{
    public sealed record ViewBody(string? Table, string? Name, string? Query, bool IsShared);

    public sealed record ViewChangeBody(string? Name, string? Query, bool? IsShared, bool? IsFirst, IReadOnlyList<string>? DefaultFor);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/views").WithTags("views");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Kept views of a table: one's own and the shared ones, by name"), "table");
        group.MapPost("", SaveAsync).WithSummary("Keeps a view; the query is what the address of the table's page says");
        group.MapGet("/{id:long}", GetAsync).WithSummary("One kept view");
        group.MapPatch("/{id:long}", ChangeAsync).WithSummary("Renames, changes, shares or unshares a kept view, makes it one's first or a role's (administrators); needs If-Match");
        group.MapDelete("/{id:long}", DeleteAsync).WithSummary("Deletes a kept view; needs If-Match");
    }

    private static async Task<Page<SavedView>> ListAsync(HttpContext context, [FromServices] ISavedViews views, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? table = new ApiQuery(context.Request, mistakes).Text("table");
        mistakes.Require(table is not null && SavedView.Tables.Contains(table), "table", "view-table", $"table must be one of {string.Join(", ", SavedView.Tables)}.");
        mistakes.ThrowIfAny();
        IReadOnlyList<SavedView> found = await views.ListAsync(context.User.ToActor()!, table!, cancel);
        return new(found, found.Count);
    }

    private static async Task<IResult> SaveAsync(ViewBody body, HttpContext context, [FromServices] ISavedViews views, CancellationToken cancel)
    {
        string table = body.Table ?? "";
        SavedView saved = await views.SaveAsync(context.User.ToActor()!, new ViewDraft(table, body.Name ?? "", Read(table, body.Query ?? ""), body.IsShared), cancel);
        ETags.Set(context, saved.Revision);
        return TypedResults.Created($"/api/v1/views/{saved.Number}", saved);
    }

    private static async Task<SavedView> GetAsync(long id, HttpContext context, [FromServices] ISavedViews views, CancellationToken cancel)
    {
        SavedView view = await views.GetAsync(context.User.ToActor()!, id, cancel) ?? throw Problems.Missing("view");
        ETags.Set(context, view.Revision);
        return view;
    }

    private static async Task<SavedView> ChangeAsync(long id, ViewChangeBody body, HttpContext context, [FromServices] ISavedViews views, CancellationToken cancel)
    {
        long? revision = ETags.Demand(context);
        Actor who = context.User.ToActor()!;
        SavedView before = await views.GetAsync(who, id, cancel) ?? throw Problems.Missing("view");
        SavedView after = await views.ChangeAsync(who, id, revision, new ViewChange(body.Name, body.Query is { } query ? Read(before.Table, query) : null, body.IsShared, body.IsFirst, body.DefaultFor), cancel);
        ETags.Set(context, after.Revision);
        return after;
    }

    private static async Task<IResult> DeleteAsync(long id, HttpContext context, [FromServices] ISavedViews views, CancellationToken cancel)
    {
        await views.DeleteAsync(context.User.ToActor()!, id, ETags.Demand(context), cancel);
        return TypedResults.NoContent();
    }

    /// <summary>The query as the page writes it; what the page would not understand is refused.</summary>
    private static string Read(string table, string query)
    {
        if (query.Length > SavedView.LongestQuery || !SavedView.Tables.Contains(table)) return query; // The hub refuses it with its reason.
        AddressQuery address = AddressQuery.Of($"/{table}?{query.TrimStart('?')}");
        string kept = KeptTables.QueryOf(table, address);
        Mistakes mistakes = new();
        foreach (AddressProblem problem in address.Problems.Take(20)) mistakes.Add("query", "view-query", $"{problem.Key} {(problem.Value is null ? "is not a key of this table" : "has a value that cannot be read")}.");
        mistakes.ThrowIfAny();
        return kept;
    }
}
