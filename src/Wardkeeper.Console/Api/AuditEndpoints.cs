using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>The audit log: read, checked, exported; changed by nobody.</summary>
internal static class AuditEndpoints
{
    private static readonly string[] FilterKeys = ["who", "action", "subject", "since", "until"];
    private const int EntriesToTell = 100;
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/audit").WithTags("audit");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Entries, the latest first"), ["page", "pageSize", .. FilterKeys]);
        group.MapGet("/verify", VerifyAsync).WithSummary("Checks the whole log against its chain and its anchors");
        ApiQuery.Take(group.MapGet("/export", ExportAsync).WithSummary("Entries in order, one JSON object a line, with their hashes"), FilterKeys);
    }

    private static Task<Page<AuditEntry>> ListAsync(HttpContext context, IAuditQueries audit, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        AuditFilter filter = Filter(query);
        mistakes.ThrowIfAny();
        return audit.FindAsync(filter, page, cancel);
    }

    private static Task<ChainReport> VerifyAsync(IAuditQueries audit, CancellationToken cancel) => audit.VerifyAsync(cancel);

    private static async Task ExportAsync(HttpContext context, IAuditQueries audit, IAuditLog log, [FromServices] JobBoard jobs, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        AuditFilter filter = Filter(new ApiQuery(context.Request, mistakes));
        mistakes.ThrowIfAny();
        Actor who = context.User.ToActor()!;
        await log.AppendAsync(who, "audit-exported", "audit", cancel: cancel);
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"audit.ndjson\"";
        await jobs.RunAsync(who, JobKind.Export, "audit.ndjson", job => WriteAsync(context.Response.Body, audit.ReadAsync(filter, job.Stop), job), _ => "/audit", cancel: cancel);
    }

    private static async Task<long> WriteAsync(Stream into, IAsyncEnumerable<AuditEntry> entries, Job job)
    {
        long written = 0;
        await foreach (AuditEntry entry in entries)
        {
            await JsonSerializer.SerializeAsync(into, entry, ApiJson.Options, job.Stop);
            await into.WriteAsync(LineEnd, job.Stop);
            if (++written % EntriesToTell == 0) job.Report(JobStage.Writing, written);
        }
        return written;
    }

    private static AuditFilter Filter(ApiQuery query) => new(query.Text("who"), query.Text("action"), query.Text("subject"), query.Time("since"), query.Time("until"));
}
