using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>API tokens, managed by administrators.</summary>
internal static class TokenEndpoints
{
    private const int UsualDays = 90;

    public sealed record TokenAnswer(long Id, string Name, string Prefix, IReadOnlyList<string> Roles, IReadOnlyList<string> Departments, string CreatedBy, CaptureTime Created, CaptureTime Expires, CaptureTime? LastUsed, CaptureTime? Revoked);

    public sealed record TokenBody(string? Name, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Departments, int ExpiresInDays = UsualDays);

    public sealed record NewTokenAnswer(TokenAnswer Token, string Text);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/tokens").WithTags("tokens");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Tokens, revoked and expired ones included"), "page", "pageSize");
        group.MapPost("", AddAsync).WithSummary("Makes a token; answers with its text, once");
        group.MapDelete("/{id:long}", RevokeAsync).WithSummary("Revokes a token");
    }

    private static async Task<Page<TokenAnswer>> ListAsync(HttpContext context, ApiTokens tokens, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        PageRequest page = new ApiQuery(context.Request, mistakes).Page();
        mistakes.ThrowIfAny();
        IReadOnlyList<ApiToken> all = await tokens.ListAsync(cancel);
        return new([.. all.Skip(page.Skip).Take(page.Take).Select(Answer)], all.Count);
    }

    private static async Task<IResult> AddAsync(TokenBody body, ClaimsPrincipal user, ApiTokens tokens, CancellationToken cancel)
    {
        HashSet<string> departments = (body.Departments ?? []).Select(department => department ?? "").ToHashSet(StringComparer.Ordinal);
        (ApiToken token, string text) = await tokens.AddAsync(user.ToActor()!, body.Name ?? "", UserEndpoints.ReadRoles(body.Roles), departments, TimeSpan.FromDays(Math.Clamp(body.ExpiresInDays, -1, 100_000)), cancel);
        return TypedResults.Created($"/api/v1/tokens/{token.Id}", new NewTokenAnswer(Answer(token), text));
    }

    private static async Task<IResult> RevokeAsync(long id, ClaimsPrincipal user, ApiTokens tokens, CancellationToken cancel)
    {
        await tokens.RevokeAsync(user.ToActor()!, id, cancel);
        return TypedResults.NoContent();
    }

    private static TokenAnswer Answer(ApiToken token) =>
        new(token.Id, token.Name, token.Prefix, [.. token.Roles.Order().Select(RoleNames.Of)], [.. token.Departments.Order(StringComparer.Ordinal)], token.CreatedBy, token.Created, token.Expires, token.LastUsed, token.Revoked);
}
