using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Session;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>
/// Uploaded captures. What is in one is asked by the same calls as the live network, with <c>capture=NUMBER</c>; a person limited to
/// departments learns of none.
/// </summary>
internal static class CaseEndpoints
{
    private static readonly Dictionary<string, CaseState> States = Enum.GetValues<CaseState>().ToDictionary(state => state.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public sealed record AdoptBody(long? Device, string? Reason);

    /// <summary>States by their words.</summary>
    public static IReadOnlyDictionary<string, CaseState> StateWords => States;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/captures").WithTags("captures");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Uploaded captures, latest first"), "page", "pageSize", "state", "by", "since");
        ApiQuery.Take(group.MapPost("", UploadAsync).WithSummary("Uploads a capture: pcap, pcapng, each also .gz, as the body itself or as the first file of a form. It is deleted after its analysis, unless keepBecause and keepUntil are given"), "name", "keepBecause", "keepUntil").WithMetadata(new Unbounded());
        group.MapGet("/{id:long}", GetAsync).WithSummary("One uploaded capture");
        group.MapPost("/{id:long}/cancel", CancelAsync).WithSummary("Stops the analysis; what was read stays");
        ApiQuery.Take(group.MapDelete("/{id:long}", DeleteAsync).WithSummary("Deletes a capture with its ledger, findings and history; needs a reason"), "reason");
        ApiQuery.Take(group.MapGet("/{id:long}/adopt", PreviewAsync).WithSummary("What adopting a device of the capture would take over"), "device");
        group.MapPost("/{id:long}/adopt", AdoptAsync).WithSummary("Takes a device of the capture with all its interfaces into the live ledger; needs a reason. Its operation undoes it");
    }

    /// <summary>Before a call: looks at the capture that it names, at the live network without one.</summary>
    public static async ValueTask<object?> LookAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (!http.Request.Query.ContainsKey(Look.Key)) return await next(context);
        Mistakes mistakes = new();
        int number = new ApiQuery(http.Request, mistakes).Number(Look.Key, 0, 1, int.MaxValue);
        mistakes.ThrowIfAny();
        Look look = (Look)http.RequestServices.GetService(typeof(Look))!;
        if (!await look.AtAsync(number, http.User.ToActor()!, http.RequestAborted)) throw Problems.Missing("capture");
        return await next(context);
    }

    private static Task<Page<CaseLine>> ListAsync(HttpContext context, [FromServices] ICases cases, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        List<CaseState> states = [];
        foreach (string word in query.Texts("state"))
        {
            if (States.TryGetValue(word, out CaseState state)) states.Add(state);
            else mistakes.Add("state", "word-unknown", $"state must be one of {string.Join(", ", States.Keys)}.");
        }
        CaseFilter filter = new() { States = states, By = query.Text("by"), Since = query.Time("since") };
        mistakes.ThrowIfAny();
        return cases.ListAsync(context.User.ToActor()!, filter, page, cancel);
    }

    private static async Task<CaseLine> GetAsync(long id, HttpContext context, [FromServices] ICases cases, CancellationToken cancel) =>
        await cases.GetAsync(context.User.ToActor()!, id, cancel) ?? throw Problems.Missing("capture");

    private static async Task<IResult> UploadAsync(HttpContext context, [FromServices] ICases cases, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        string name = query.Text("name") ?? "capture";
        CaseKeep? keep = query.Text("keepBecause") is null && query.Text("keepUntil") is null ? null : new CaseKeep(query.Text("keepBecause") ?? "", query.Time("keepUntil") ?? default);
        mistakes.ThrowIfAny();
        // The body is bounded where it is received, which also tells how much is taken.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        if (context.Request.ContentLength > cases.MaxSize) throw Refused(new CaseRefusedException("too-large", string.Create(CultureInfo.InvariantCulture, $"{cases.MaxSize / 1e9:0.###} GB")));
        Actor who = context.User.ToActor()!;
        try
        {
            (Stream content, string? given) = await ContentAsync(context.Request, cancel);
            CaseLine line = await cases.UploadAsync(who, given ?? name, content, keep, cancel);
            return TypedResults.Created($"/api/v1/captures/{line.Number}", line);
        }
        catch (CaseRefusedException refused)
        {
            throw Refused(refused);
        }
    }

    /// <summary>The body, or the first file of a form; never in memory.</summary>
    private static async Task<(Stream Content, string? Name)> ContentAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || type.MediaType != "multipart/form-data") return (request.Body, null);
        string? boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 100) throw new BadHttpRequestException("The form names no boundary.");
        MultipartReader form = new(boundary, request.Body);
        try
        {
            while (await form.ReadNextSectionAsync(cancel) is { } section)
            {
                if (section.AsFileSection() is { } file) return (section.Body, file.FileName);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new CaseRefusedException("incomplete");
        }
        throw new CaseRefusedException("empty");
    }

    private static async Task<IResult> CancelAsync(long id, HttpContext context, [FromServices] ICases cases, CancellationToken cancel)
    {
        if (await cases.GetAsync(context.User.ToActor()!, id, cancel) is null) throw Problems.Missing("capture");
        if (!await cases.CancelAsync(context.User.ToActor()!, id, cancel)) throw new RefusedException(Refusal.Conflict, "", "not-running", "The capture neither waits nor is read.");
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteAsync(long id, HttpContext context, [FromServices] ICases cases, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? reason = new ApiQuery(context.Request, mistakes).Text("reason");
        mistakes.ThrowIfAny();
        return await cases.DeleteAsync(context.User.ToActor()!, id, reason ?? "", cancel) ? TypedResults.NoContent() : throw Problems.Missing("capture");
    }

    private static async Task<AdoptionPreview> PreviewAsync(long id, HttpContext context, [FromServices] ICases cases, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        int device = new ApiQuery(context.Request, mistakes).Number("device", 0, 1, int.MaxValue);
        mistakes.Require(device > 0 || mistakes.Count > 0, "device", "required", "device is the number of a device in the capture.");
        mistakes.ThrowIfAny();
        return await cases.PreviewAdoptionAsync(context.User.ToActor()!, id, device, cancel) ?? throw Problems.Missing("device");
    }

    private static async Task<CaseAdoption> AdoptAsync(long id, AdoptBody body, HttpContext context, [FromServices] ICases cases, CancellationToken cancel)
    {
        if (body.Device is not { } device) throw new RefusedException(Refusal.Invalid, "device", "required", "device is the number of a device in the capture.");
        return await cases.AdoptAsync(context.User.ToActor()!, id, device, body.Reason ?? "", cancel) ?? throw Problems.Missing("device");
    }

    private static RefusedException Refused(CaseRefusedException refused) => new(Refusal.Invalid, "", refused.Code, refused.Code switch
    {
        "too-large" => $"The file is larger than {refused.Detail}. Cut it with editcap -c, or ask the administrator to raise uploads.maxSize.",
        "no-room" => $"The disk has {refused.Detail} left, which is too little for this file. Delete captures that are not needed any more.",
        "not-a-capture" => $"This is no pcap or pcapng capture: it {refused.Detail}.",
        "empty" => "There is no file in it, or the file is empty.",
        _ => "The upload ended early. Send it again.",
    });

    /// <summary>Says that the endpoint bounds its body itself.</summary>
    private sealed class Unbounded : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
