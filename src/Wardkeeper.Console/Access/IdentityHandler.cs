using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>Finds out who asks: by bearer token when one is presented (RFC 6750), else by the session's cookie. A bad token is never replaced by a good cookie.</summary>
internal sealed class IdentityHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Sessions sessions, ApiTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? address = SessionCookie.OriginOf(Context).Text;
        if (Request.Headers.Authorization.ToString() is { Length: > 0 } header)
        {
            ApiToken? token = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? await tokens.FindAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) : null;
            return token is null ? AuthenticateResult.Fail("The token is unknown, expired or revoked.") : Success(Identity.Of(token, address));
        }
        if (SessionCookie.Read(Request) is not { } id) return AuthenticateResult.NoResult();
        return await sessions.FindAsync(id, true, Context.RequestAborted) is ({ } session, { } user) ? Success(Identity.Of(user, session, address)) : AuthenticateResult.Fail("The session expired or was ended.");
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static AuthenticateResult Success(System.Security.Claims.ClaimsPrincipal principal) => AuthenticateResult.Success(new AuthenticationTicket(principal, Identity.Scheme));
}
