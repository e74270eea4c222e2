using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.History;

namespace Wardkeeper.Console.Api;

/// <summary>Makes every error of an API call a problem: refusals of the hub, bad input, unknown routes, and our own defects, of which only a trace number is told.</summary>
internal sealed class ApiFaults(RequestDelegate next, ILogger<ApiFaults> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!Problems.IsApi(context.Request))
        {
            await next(context);
            return;
        }
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400 && context.Response.ContentType is null && context.Response.ContentLength is null) await WriteStatusAsync(context);
        }
        catch (Exception fault) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await TellAsync(context, fault);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked is gone; there is nobody to tell.
        }
    }

    private Task TellAsync(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case RefusedException refused:
                return Problems.WriteAsync(context, refused);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problems.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is larger than this call takes.");
            case BadHttpRequestException { InnerException: JsonException json }:
                return Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "body-malformed", $"The body cannot be read as JSON of the documented form{(json.Path is { } path ? $", at {path}" : "")}{(json.LineNumber is { } line ? $", line {line + 1}" : "")}.");
            case HistoryUnavailableException unavailable:
                return Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "history-unavailable", unavailable.Message);
            case BadHttpRequestException bad:
                return Problems.WriteAsync(context, bad.StatusCode, "bad-request", bad.Message);
            default:
                ConsoleLog.CallFailed(log, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "", context.TraceIdentifier, fault);
                return Problems.WriteAsync(context, StatusCodes.Status500InternalServerError, "defect", "The program failed; its log names the trace number.");
        }
    }

    private static Task WriteStatusAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Problems.WriteAsync(context, 404, "route-missing", "There is no such route."),
        StatusCodes.Status405MethodNotAllowed => Problems.WriteAsync(context, 405, "method-not-allowed", $"This route does not take {context.Request.Method}."),
        StatusCodes.Status415UnsupportedMediaType => Problems.WriteAsync(context, 415, "media-type", "The body must be application/json."),
        int status => Problems.WriteAsync(context, status, "refused", "The request was refused."),
    };
}
