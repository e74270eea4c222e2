using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Slices;

namespace Wardkeeper.Console.Api;

/// <summary>The packets around a finding's evidence: for analysts, each opening with its reason in the audit log.</summary>
internal static class SliceEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/findings/{id:long}/slice", LookAsync).WithTags("findings").WithSummary("Whether the packets around a finding's evidence are there, and until when");
        ApiQuery.Take(api.MapGet("/findings/{id:long}/slice/pcapng", DownloadAsync).WithTags("findings").WithSummary("The packets as pcapng, unmasked; needs a reason, which is in the audit log"), "reason");
        ApiQuery.Take(api.MapGet("/findings/{id:long}/slice/rows", RowsAsync).WithTags("findings").WithSummary("What was said in the packets, patients masked; needs a reason, which is in the audit log"), "reason");
    }

    private static async Task<SliceState> LookAsync(long id, HttpContext context, [FromServices] ISlices slices, [FromServices] IFindingQueries findings, CancellationToken cancel) =>
        await findings.GetAsync(id, context.User.ToActor()!.Departments, cancel) is null ? throw Problems.Missing("finding") : slices.Look(id);

    private static async Task<IResult> DownloadAsync(long id, HttpContext context, [FromServices] ISlices slices, CancellationToken cancel)
    {
        (Outcome outcome, byte[]? file) = await slices.OpenAsync(context.User.ToActor()!, id, Reason(context), cancel);
        FindingDecisionEndpoints.Demand(outcome, "slice");
        return TypedResults.File(file!, "application/x-pcapng", Finding.IdOf(id) + ".pcapng");
    }

    private static async Task<IReadOnlyList<SliceRow>> RowsAsync(long id, HttpContext context, [FromServices] ISlices slices, CancellationToken cancel)
    {
        (Outcome outcome, IReadOnlyList<SliceRow> rows) = await slices.DecodeAsync(context.User.ToActor()!, id, Reason(context), cancel);
        FindingDecisionEndpoints.Demand(outcome, "slice");
        return rows;
    }

    private static string Reason(HttpContext context) => context.Request.Query["reason"].ToString();
}
