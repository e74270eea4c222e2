using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>Long work: imports, analyses of captures, backups, exports. One's own; for administrators all of it.</summary>
internal static class JobEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/jobs").WithTags("jobs");
        group.MapGet("", ListAsync).WithSummary("Jobs at work, and those that ended within a day, the latest of each kind");
        group.MapPost("/{id}/stop", StopAsync).WithSummary("Stops a job");
    }

    private static async Task<Page<JobLine>> ListAsync(HttpContext context, [FromServices] IEnumerable<IJobSource> sources, CancellationToken cancel)
    {
        List<JobLine> lines = [];
        foreach (IJobSource source in sources) lines.AddRange(await source.ForAsync(context.User.ToActor()!, cancel));
        return new(lines, lines.Count);
    }

    private static async Task<IResult> StopAsync(string id, HttpContext context, [FromServices] IEnumerable<IJobSource> sources, CancellationToken cancel)
    {
        Actor who = context.User.ToActor()!;
        foreach (IJobSource source in sources)
        {
            if (await source.StopAsync(who, id, cancel)) return TypedResults.NoContent();
        }
        throw new RefusedException(Refusal.NotFound, "", "job-missing", "There is no such job at work that you can stop.");
    }
}
