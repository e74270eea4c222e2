using System.Globalization;

namespace Wardkeeper.Platform.Up;

/// <summary><c>GET /healthz</c>, and a page that says what is being waited for as long as the platform is not ready.</summary>
internal static class ReadinessGate
{
    /// <summary>Where readiness is asked for; open to everybody, says nothing else.</summary>
    public const string HealthPath = "/healthz";

    /// <summary>Puts it before everything else.</summary>
    public static void UseReadinessGate(this WebApplication app)
    {
        Readiness readiness = app.Services.GetRequiredService<Readiness>();
        app.Use((context, next) =>
        {
            string? waiting = readiness.WaitingFor;
            if (context.Request.Path == HealthPath) return AnswerHealthAsync(context, waiting);
            return waiting is null ? next(context) : AnswerWaitAsync(context, waiting);
        });
    }

    private static Task AnswerHealthAsync(HttpContext context, string? waiting)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }
        context.Response.StatusCode = waiting is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(waiting is null ? "{\"status\":\"ready\"}" : $"{{\"status\":\"waiting\",\"for\":\"{waiting}\"}}", context.RequestAborted);
    }

    private static Task AnswerWaitAsync(HttpContext context, string waiting)
    {
        bool chinese = !context.Request.Headers.AcceptLanguage.ToString().StartsWith("en", StringComparison.OrdinalIgnoreCase);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "2";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="{(chinese ? "zh-CN" : "en")}"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Wardkeeper</title></head>
            <body style="font-family:sans-serif;margin:4em"><h1>Wardkeeper</h1><p>{Texts.Get(waiting == "stop" ? "page-stopping" : "page-starting", chinese)}</p><p>{Texts.Get("wait-" + waiting, chinese)}</p></body></html>
            """), context.RequestAborted);
    }
}
