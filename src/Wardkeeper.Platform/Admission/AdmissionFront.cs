using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Platform.Admission;

/// <summary>
/// What FreeRADIUS asks over <c>rlm_rest</c>: authorise (by MAC address), post-auth (after EAP), accounting. A call passes: secret, room, size, reading, decision, record, answer. A decision is
/// always a 200 with Class; whatever is refused here has none, so that FreeRADIUS goes on by what it knew last.
/// </summary>
internal sealed partial class AdmissionFront(
    IAdmissionDecider decider, IAdmissionRecords records, LastKnownFile lastKnown, IAdmissionSegments segments, FrontCounters counters, FrontFolder folder, TimeProvider clock, ILogger<AdmissionFront> log) : IDisposable
{
    /// <summary>Path of the call that walks the whole way and leaves no trace.</summary>
    public const string Rehearsal = "/radius/rehearse";

    private const int MostAtOnce = 256, LogEach = 1000;

    private readonly SemaphoreSlim room = new(MostAtOnce, MostAtOnce);
    private byte[] expected = [];
    private IReadOnlyList<RadiusClient> clients = [];

    /// <summary>Reads secret and switches (again).</summary>
    public void Load()
    {
        expected = FrontFolder.Authorization(folder.Secret());
        clients = folder.ReadClients();
    }

    /// <summary>Maps the calls.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/radius/authorize", Task (HttpContext context) => TakeAsync(context, false, AuthorizeAsync));
        app.MapPost("/radius/post-auth", Task (HttpContext context) => TakeAsync(context, false, AfterEapAsync));
        app.MapPost("/radius/accounting", Task (HttpContext context) => TakeAsync(context, true, AccountAsync));
        app.MapPost(Rehearsal, Task (HttpContext context) => TakeAsync(context, false, RehearseAsync));
        app.MapGet("/radius/ready", Task (HttpContext context) => IsAuthentic(context) ? AnswerAsync(context, "{}"u8.ToArray()) : ForgedAsync(context));
    }

    /// <inheritdoc/>
    public void Dispose() => room.Dispose();

    private async Task TakeAsync(HttpContext context, bool isAccounting, Func<RadiusAttributes, CancellationToken, Task<(ReadOnlyMemory<byte>? Answer, RadiusFault Fault)>> work)
    {
        if (!IsAuthentic(context))
        {
            await ForgedAsync(context);
            return;
        }
        if (!await room.WaitAsync(0))
        {
            counters.Overrun();
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        try
        {
            RadiusAttributes? attributes = null;
            RadiusFault fault = RadiusFault.TooLarge;
            if (await ReadAsync(context.Request) is { } body) attributes = RadiusAttributes.TryRead(body.Span, out fault);
            (ReadOnlyMemory<byte>? answer, RadiusFault wrong) = attributes is null ? (null, fault) : await work(attributes, context.RequestAborted);
            if (answer is null) Told(counters.Refuse(wrong), wrong);
            // Accounting that is malformed never becomes right: sent again and again it would only keep the sound from coming.
            if (answer is null && isAccounting) answer = AdmissionAnswer.Stored;
            if (answer is { } bytes) await AnswerAsync(context, bytes);
            else context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        catch (OperationCanceledException)
        {
            // FreeRADIUS no longer waits.
        }
        finally
        {
            room.Release();
        }
    }

    private Task<(ReadOnlyMemory<byte>?, RadiusFault)> AuthorizeAsync(RadiusAttributes attributes, CancellationToken cancel) => DecideAsync(attributes, false, cancel);

    private Task<(ReadOnlyMemory<byte>?, RadiusFault)> AfterEapAsync(RadiusAttributes attributes, CancellationToken cancel) => DecideAsync(attributes, true, cancel);

    private async Task<(ReadOnlyMemory<byte>?, RadiusFault)> DecideAsync(RadiusAttributes attributes, bool isEap, CancellationToken cancel)
    {
        CaptureTime now = Now();
        if (RadiusReader.Request(attributes, isEap, now, out RadiusFault fault) is not { } request) return (null, fault);
        Watch(attributes, request.NasAddress);
        (AdmissionDecision decision, string form) = Formed(await decider.DecideAsync(request, cancel));
        records.Keep(decision);
        lastKnown.Keep(decision, form, now);
        counters.Decided(isEap);
        return (AdmissionAnswer.Of(decision, form), default);
    }

    /// <summary>Everything that request and accounting do, but for what they note.</summary>
    private Task<(ReadOnlyMemory<byte>?, RadiusFault)> RehearseAsync(RadiusAttributes attributes, CancellationToken cancel)
    {
        if (RadiusReader.Request(attributes, false, Now(), out RadiusFault fault) is not { } request || RadiusReader.Accounting(attributes, Now(), out fault) is null) return Task.FromResult<(ReadOnlyMemory<byte>?, RadiusFault)>((null, fault));
        (AdmissionDecision decision, string form) = Formed(decider.Rehearse(request));
        return Task.FromResult<(ReadOnlyMemory<byte>?, RadiusFault)>((AdmissionAnswer.Of(decision, form), default));
    }

    private (AdmissionDecision Decision, string Form) Formed(AdmissionDecision decision)
    {
        AdmissionSegment? segment = segments.All.FirstOrDefault(one => one.Name == decision.Segment);
        if (decision.SessionTimeout is null && segment is not null && decision.Outcome != AdmissionOutcome.Refuse) decision = decision with { SessionTimeout = segment.SessionTimeout };
        return (decision, segment?.Form ?? AdmissionForms.Standard);
    }

    private async Task<(ReadOnlyMemory<byte>?, RadiusFault)> AccountAsync(RadiusAttributes attributes, CancellationToken cancel)
    {
        if (RadiusReader.Accounting(attributes, Now(), out RadiusFault fault) is not { } record) return (null, fault);
        Watch(attributes, record.NasAddress);
        // Whoever does not wait any longer sends it again; a commit that was begun is not taken back.
        if (!await records.StoreAsync(record, cancel)) return (ReadOnlyMemory<byte>.Empty, default);
        counters.Took();
        return (AdmissionAnswer.Stored, default);
    }

    /// <summary>Whoever knows a secret and is no switch, or writes another's address: said once, counted always.</summary>
    private void Watch(RadiusAttributes attributes, IPAddress nas)
    {
        if (RadiusReader.Source(attributes) is not { } source || clients.Count == 0) return;
        if (clients.Of(source) is null && counters.Strange(source)) LogStranger(log, source);
        else if (clients.Of(nas) is null && counters.Strange(nas)) LogStranger(log, nas);
    }

    private void Told(long count, RadiusFault fault)
    {
        if (count == 1 || count % LogEach == 0) LogRefused(log, KebabWord.Of(fault), count);
    }

    private bool IsAuthentic(HttpContext context) => context.Request.Headers.Authorization is [{ } given] && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(given), expected) && expected.Length > 0;

    private Task ForgedAsync(HttpContext context)
    {
        long count = counters.Forge();
        if (count == 1 || count % LogEach == 0) LogForged(log, context.Connection.RemoteIpAddress, count);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > RadiusAttributes.MaxBody) return null;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound) bound.MaxRequestBodySize = RadiusAttributes.MaxBody;
        byte[] buffer = new byte[(int)(request.ContentLength ?? RadiusAttributes.MaxBody)];
        try
        {
            int length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, false, request.HttpContext.RequestAborted);
            return buffer.AsMemory(0, length);
        }
        catch (BadHttpRequestException)
        {
            return null;
        }
    }

    private static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private CaptureTime Now() => CaptureTime.FromDate(clock.GetUtcNow());

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "A call to the admission's front without the right secret came from {Address} and was refused ({Count} so far). Run 'wardkeeper admission install' again when FreeRADIUS itself shows a wrong one.")]
    private static partial void LogForged(ILogger log, IPAddress? address, long count);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "A malformed call of FreeRADIUS was refused: {Reason} ({Count} so far). The device goes by what was known last.")]
    private static partial void LogRefused(ILogger log, string reason, long count);

    [LoggerMessage(EventId = 402, Level = LogLevel.Error, Message = "{Address} asks for admission with a good RADIUS secret and is none of the switches: the secret leaked, or the switch was not entered. Change the secret, or add the switch, and run 'wardkeeper admission install'.")]
    private static partial void LogStranger(ILogger log, IPAddress address);
}
