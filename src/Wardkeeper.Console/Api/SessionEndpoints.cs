using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>A person's own sign-in: who she is, her sessions, password and second factor.</summary>
internal static class SessionEndpoints
{
    public sealed record SessionAnswer(string Name, string DisplayName, IReadOnlyList<string> Roles, IReadOnlyList<string> Departments, bool MustChangePassword, bool IsToken, string? CsrfToken);

    public sealed record SessionLine(string Hash, bool IsThis, CaptureTime Created, CaptureTime LastUsed, CaptureTime Expires, string? Address, string? Agent);

    public sealed record PasswordChange(string Password, string NewPassword);

    public sealed record PasswordProof(string Password);

    public sealed record CodeProof(string Code);

    public sealed record RecoveryAnswer(IReadOnlyList<string> RecoveryCodes);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/session").WithTags("session");
        group.MapGet("", Who).WithSummary("Who is signed in");
        group.MapDelete("", SignOutAsync).WithSummary("Ends the session");
        group.MapGet("/sessions", ListAsync).WithSummary("Own sessions");
        group.MapDelete("/sessions/{hash}", RevokeAsync).WithSummary("Ends one of the own sessions");
        group.MapPost("/password", ChangePasswordAsync).WithSummary("Changes the own password and ends all other sessions");
        group.MapPost("/second-factor", OfferAsync).WithSummary("Begins to enrol a second factor");
        group.MapPost("/second-factor/confirm", ConfirmAsync).WithSummary("Puts the second factor in force; answers with recovery codes, once");
        group.MapPost("/second-factor/remove", RemoveAsync).WithSummary("Removes the second factor");
    }

    private static SessionAnswer Who(HttpContext context, IAntiforgery antiforgery)
    {
        Actor actor = context.User.ToActor()!;
        string? csrf = context.User.SessionHash() is null ? null : antiforgery.GetAndStoreTokens(context).RequestToken;
        return new(actor.Name, context.User.ShownName(), [.. actor.Roles.Order().Select(RoleNames.Of)], [.. (actor.Departments ?? new HashSet<string>()).Order(StringComparer.Ordinal)], context.User.MustChangePassword(), actor.Owner is not null, csrf);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, Sessions sessions, CancellationToken cancel)
    {
        await sessions.RevokeAsync(context.User.ToActor()!, context.User.SessionHash()!, context.User.UserId(), cancel);
        SessionCookie.Remove(context);
        return TypedResults.NoContent();
    }

    private static async Task<IReadOnlyList<SessionLine>> ListAsync(ClaimsPrincipal user, Sessions sessions, CancellationToken cancel) =>
        [.. (await sessions.ListAsync(user.UserId(), cancel)).Select(session => Line(session, user.SessionHash()))];

    private static async Task<IResult> RevokeAsync(string hash, ClaimsPrincipal user, Sessions sessions, CancellationToken cancel) =>
        await sessions.RevokeAsync(user.ToActor()!, hash, user.UserId(), cancel) ? TypedResults.NoContent() : throw Problems.Missing("session");

    private static async Task<IResult> ChangePasswordAsync(PasswordChange change, ClaimsPrincipal user, UserDirectory users, CancellationToken cancel)
    {
        await users.ChangePasswordAsync(user.ToActor()!, user.UserId(), user.SessionHash(), change.Password, change.NewPassword, cancel);
        return TypedResults.NoContent();
    }

    private static Task<Enrolment> OfferAsync(PasswordProof proof, ClaimsPrincipal user, SecondFactor factor, CancellationToken cancel) => factor.OfferAsync(user.ToActor()!, user.UserId(), proof.Password, cancel);

    private static async Task<RecoveryAnswer> ConfirmAsync(CodeProof proof, ClaimsPrincipal user, SecondFactor factor, CancellationToken cancel) =>
        new(await factor.ConfirmAsync(user.ToActor()!, user.UserId(), proof.Code, cancel));

    private static async Task<IResult> RemoveAsync(PasswordProof proof, ClaimsPrincipal user, SecondFactor factor, CancellationToken cancel)
    {
        await factor.RemoveOwnAsync(user.ToActor()!, user.UserId(), proof.Password, cancel);
        return TypedResults.NoContent();
    }

    internal static SessionLine Line(Hub.Access.Session session, string? own) => new(session.Hash, session.Hash == own, session.Created, session.LastUsed, session.Expires, session.Address, session.Agent);
}
