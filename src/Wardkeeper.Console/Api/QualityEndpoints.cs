using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>How right findings were.</summary>
internal static class QualityEndpoints
{
    private const int LongestDays = 3650;

    public static void Map(RouteGroupBuilder api)
    {
        ApiQuery.Take(api.MapGet("/findings/quality", QualityAsync).WithTags("findings").WithSummary("How findings turned out by type and rule: true, false, normal business; which are noisy"), "days");
    }

    private static async Task<IReadOnlyList<TypeQuality>> QualityAsync(HttpContext context, [FromServices] IFindingQueries findings, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? text = new ApiQuery(context.Request, mistakes).Text("days");
        int days = 0;
        mistakes.Require(text is null || (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out days) && days is > 0 and <= LongestDays), "days", "days-number", "days counts back from the latest finding, 1 to 3650; leave it out for all.");
        mistakes.ThrowIfAny();
        CaptureTime? since = days > 0 && await findings.LatestAsync(cancel) is { } latest ? new CaptureTime(latest.Nanoseconds - (days * 86_400L * CaptureTime.PerSecond)) : null;
        return await findings.QualityAsync(since, context.User.ToActor()!.Departments, cancel);
    }
}
