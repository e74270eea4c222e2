using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Logging;
using Wardkeeper.Console.Api;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>
/// Stands before every endpoint and asks the access table. What the table does not name is refused. Behind it an unsafe call
/// that rests on a cookie must also prove that our own page sent it.
/// </summary>
internal sealed class AccessGate(RequestDelegate next, IAntiforgery antiforgery, AccessOptions options, ILogger<AccessGate> log)
{
    // Requests are small texts; whoever takes uploads says so on the endpoint.
    private const long LargestBody = 1 << 20;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        {
            await next(context);
            return;
        }
        if (options.Metrics == MetricsReaders.Nobody && context.Request.Path.StartsWithSegments("/metrics"))
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "route-missing", "There is no such route.");
            return;
        }
        Actor? actor = context.User.ToActor();
        AccessRule? rule = AccessMatrix.Find(context.Request.Method, endpoint.RoutePattern.RawText ?? "");
        if (rule is null) ConsoleLog.RouteWithoutRule(log, context.Request.Method, endpoint.RoutePattern.RawText ?? "");
        bool isHere = options.Metrics == MetricsReaders.Local && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
        AccessVerdict verdict = rule?.Decide(actor, context.User.MustChangePassword(), isHere) ?? (actor is null ? AccessVerdict.NotSignedIn : AccessVerdict.Forbidden);
        if (verdict != AccessVerdict.Allowed)
        {
            await RefuseAsync(context, verdict);
            return;
        }
        if (!await IsOursAsync(context)) return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is null) limit.MaxRequestBodySize = LargestBody;
        await next(context);
    }

    private async Task<bool> IsOursAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        bool isSocket = context.WebSockets.IsWebSocketRequest;
        if ((!isSafe || isSocket) && !ComesFromHere(request))
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "cross-site", "The request was sent by a page of another site.");
            return false;
        }
        if (isSafe || context.User.SessionHash() is null || !Problems.IsApi(request)) return true;
        if (await antiforgery.IsRequestValidAsync(context)) return true;
        await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "csrf", $"A call with the session's cookie needs the header {ConsoleAccess.CsrfHeader}; its value is csrfToken of GET /api/v1/session.");
        return false;
    }

    // Browsers say where a request comes from, in one of two ways; programs that say nothing have no cookie to misuse.
    private static bool ComesFromHere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site") return false;
        string origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static Task RefuseAsync(HttpContext context, AccessVerdict verdict)
    {
        HttpRequest request = context.Request;
        if (!Problems.IsApi(request) && HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/_blazor") && !request.Path.StartsWithSegments("/metrics"))
        {
            if (verdict == AccessVerdict.NotSignedIn) return GoTo(context, "/sign-in?returnUrl=" + Uri.EscapeDataString(request.Path + request.QueryString));
            if (verdict == AccessVerdict.MustChangePassword) return GoTo(context, "/start");
        }
        switch (verdict)
        {
            case AccessVerdict.NotSignedIn:
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "not-signed-in", "Sign in, or present a good token: it is missing, unknown, expired or revoked.");
            case AccessVerdict.MustChangePassword:
                return Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "password-change-required", "Choose a password first.");
            default:
                return Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "forbidden", "Your roles do not allow this.");
        }
    }

    private static Task GoTo(HttpContext context, string where)
    {
        context.Response.Redirect(where);
        return Task.CompletedTask;
    }
}
