using Microsoft.AspNetCore.Http;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>The cookie that carries a session's identifier: never readable by scripts, never sent without TLS, bound to this host by its prefix (RFC 6265bis, 4.1.3.2).</summary>
internal static class SessionCookie
{
    public const string Name = "__Host-wardkeeper";

    private static CookieOptions Options => new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };

    public static void Set(HttpContext context, SignInOutcome.SignedIn signedIn)
    {
        // No expiry of its own: it ends with the browser, and the server ends it earlier.
        context.Response.Cookies.Append(Name, signedIn.SessionId, Options);
    }

    public static void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Options);

    public static string? Read(HttpRequest request) => request.Cookies.TryGetValue(Name, out string? id) && id.Length is > 0 and < 100 ? id : null;

    public static Origin OriginOf(HttpContext context) => new(context.Connection.RemoteIpAddress, context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null);
}
