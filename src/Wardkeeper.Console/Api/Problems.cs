using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Console.Api;

/// <summary>Errors as problem details (RFC 9457). <c>code</c> is a stable word a program may switch on; <c>errors</c> lists every mistake by field.</summary>
internal static class Problems
{
    /// <summary>Whether a program asks, which gets problems and never a redirect.</summary>
    public static bool IsApi(HttpRequest request) =>
        request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/openapi") || request.Path.StartsWithSegments("/metrics") || request.Path.StartsWithSegments("/healthz");

    /// <summary>Writes a problem as the answer.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string detail, IReadOnlyList<Mistake>? mistakes = null)
    {
        ProblemDetails problem = new() { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail, Type = "about:blank" };
        problem.Extensions["code"] = code;
        problem.Extensions["traceId"] = context.TraceIdentifier;
        if (mistakes is { Count: > 0 }) problem.Extensions["errors"] = mistakes.Select(mistake => new { field = mistake.Field, code = mistake.Code, message = mistake.Message });
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(problem, ApiJson.Options, "application/problem+json", context.RequestAborted);
    }

    /// <summary>Writes a refusal of the hub.</summary>
    public static Task WriteAsync(HttpContext context, RefusedException refused)
    {
        int status = refused.Kind switch
        {
            Refusal.NotFound => StatusCodes.Status404NotFound,
            Refusal.Forbidden => StatusCodes.Status403Forbidden,
            Refusal.Stale => StatusCodes.Status412PreconditionFailed,
            Refusal.Conflict => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status400BadRequest,
        };
        return WriteAsync(context, status, refused.Mistakes.Count == 1 ? refused.Mistakes[0].Code : "invalid", refused.Message, refused.Mistakes);
    }

    /// <summary>Refuses as if there were no such thing, also when it may not be known of.</summary>
    public static RefusedException Missing(string what) => new(Refusal.NotFound, "", what + "-missing", $"There is no such {what}.");
}
