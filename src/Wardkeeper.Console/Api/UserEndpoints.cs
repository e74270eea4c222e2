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

/// <summary>Persons, managed by administrators.</summary>
internal static class UserEndpoints
{
    public sealed record UserAnswer(long Id, string Name, string DisplayName, string? Telephone, IReadOnlyList<string> Roles, IReadOnlyList<string> Departments, bool IsDisabled, bool MustChangePassword, bool HasSecondFactor, CaptureTime Created, CaptureTime? LastSignIn, long Revision);

    public sealed record UserBody(string? Name, string? DisplayName, string? Telephone, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Departments, bool IsDisabled = false);

    public sealed record NewUserAnswer(UserAnswer User, string OneTimePassword);

    public sealed record PasswordAnswer(string OneTimePassword);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/users").WithTags("users");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Users"), "page", "pageSize", "text", "role");
        group.MapPost("", AddAsync).WithSummary("Adds a user; answers with a one-time password, once");
        group.MapGet("/{id:long}", GetAsync).WithSummary("One user");
        group.MapPut("/{id:long}", EditAsync).WithSummary("Edits a user; needs If-Match");
        group.MapDelete("/{id:long}", RemoveAsync).WithSummary("Removes a user; needs If-Match");
        group.MapPost("/{id:long}/password", ResetAsync).WithSummary("Gives a user a one-time password, and ends all sessions");
        group.MapPost("/{id:long}/unlock", UnlockAsync).WithSummary("Ends the lock after failed sign-ins");
        group.MapDelete("/{id:long}/second-factor", RemoveFactorAsync).WithSummary("Removes a lost second factor");
        group.MapGet("/{id:long}/sessions", SessionsAsync).WithSummary("A user's sessions");
        group.MapDelete("/{id:long}/sessions", EndSessionsAsync).WithSummary("Ends all sessions of a user");
    }

    private static async Task<Page<UserAnswer>> ListAsync(HttpContext context, UserDirectory users, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        string? text = query.Text("text"), name = query.Text("role");
        Role role = default;
        mistakes.Require(name is null || RoleNames.TryParse(name, out role), "role", "role-unknown", $"role must be one of {string.Join(", ", RoleNames.All)}.");
        mistakes.ThrowIfAny();
        User[] found = [.. (await users.ListAsync(cancel)).Where(user => (name is null || user.Roles.Contains(role)) && (text is null || user.Name.Contains(text, StringComparison.OrdinalIgnoreCase) || user.DisplayName.Contains(text, StringComparison.OrdinalIgnoreCase)))];
        return new([.. found.Skip(page.Skip).Take(page.Take).Select(Answer)], found.Length);
    }

    private static async Task<IResult> AddAsync(UserBody body, ClaimsPrincipal user, UserDirectory users, CancellationToken cancel)
    {
        (User added, string password) = await users.AddAsync(user.ToActor()!, Draft(body), cancel);
        return TypedResults.Created($"/api/v1/users/{added.Id}", new NewUserAnswer(Answer(added), password));
    }

    private static async Task<UserAnswer> GetAsync(long id, HttpContext context, UserDirectory users, CancellationToken cancel)
    {
        User user = await users.GetAsync(id, cancel) ?? throw Problems.Missing("user");
        ETags.Set(context, user.Revision);
        return Answer(user);
    }

    private static async Task<UserAnswer> EditAsync(long id, UserBody body, HttpContext context, UserDirectory users, CancellationToken cancel)
    {
        User user = await users.EditAsync(context.User.ToActor()!, id, ETags.Demand(context), Draft(body), cancel);
        ETags.Set(context, user.Revision);
        return Answer(user);
    }

    private static async Task<IResult> RemoveAsync(long id, HttpContext context, UserDirectory users, CancellationToken cancel)
    {
        await users.RemoveAsync(context.User.ToActor()!, id, ETags.Demand(context), cancel);
        return TypedResults.NoContent();
    }

    private static async Task<PasswordAnswer> ResetAsync(long id, ClaimsPrincipal user, UserDirectory users, CancellationToken cancel) => new(await users.ResetPasswordAsync(user.ToActor()!, id, cancel));

    private static async Task<IResult> UnlockAsync(long id, ClaimsPrincipal user, UserDirectory users, CancellationToken cancel)
    {
        await users.UnlockAsync(user.ToActor()!, id, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RemoveFactorAsync(long id, ClaimsPrincipal user, SecondFactor factor, CancellationToken cancel)
    {
        await factor.RemoveAsync(user.ToActor()!, id, cancel);
        return TypedResults.NoContent();
    }

    private static async Task<IReadOnlyList<SessionEndpoints.SessionLine>> SessionsAsync(long id, ClaimsPrincipal user, UserDirectory users, Sessions sessions, CancellationToken cancel)
    {
        if (await users.GetAsync(id, cancel) is null) throw Problems.Missing("user");
        return [.. (await sessions.ListAsync(id, cancel)).Select(session => SessionEndpoints.Line(session, user.SessionHash()))];
    }

    private static async Task<IResult> EndSessionsAsync(long id, ClaimsPrincipal user, UserDirectory users, Sessions sessions, CancellationToken cancel)
    {
        if (await users.GetAsync(id, cancel) is null) throw Problems.Missing("user");
        foreach (Hub.Access.Session session in await sessions.ListAsync(id, cancel)) await sessions.RevokeAsync(user.ToActor()!, session.Hash, id, cancel);
        return TypedResults.NoContent();
    }

    /// <summary>Reads names of roles; every unknown one is a mistake.</summary>
    internal static HashSet<Role> ReadRoles(IReadOnlyList<string>? names)
    {
        Mistakes mistakes = new();
        HashSet<Role> roles = [];
        foreach (string name in names ?? [])
        {
            if (RoleNames.TryParse(name, out Role role)) roles.Add(role);
            else mistakes.Add("roles", "role-unknown", $"A role is none of {string.Join(", ", RoleNames.All)}.");
        }
        mistakes.ThrowIfAny();
        return roles;
    }

    private static UserDraft Draft(UserBody body) => new()
    {
        Name = body.Name ?? "",
        DisplayName = body.DisplayName ?? "",
        Telephone = body.Telephone,
        Roles = ReadRoles(body.Roles),
        Departments = (body.Departments ?? []).Select(department => department ?? "").ToHashSet(StringComparer.Ordinal),
        IsDisabled = body.IsDisabled,
    };

    private static UserAnswer Answer(User user) =>
        new(user.Id, user.Name, user.DisplayName, user.Telephone, [.. user.Roles.Order().Select(RoleNames.Of)], [.. user.Departments.Order(StringComparer.Ordinal)], user.IsDisabled, user.MustChangePassword, user.HasSecondFactor, user.Created, user.LastSignIn, user.Revision);
}
