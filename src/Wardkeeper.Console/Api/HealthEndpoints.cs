using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Hub.Health;

namespace Wardkeeper.Console.Api;

/// <summary>Whether everything is seeing, storing and current.</summary>
internal static class HealthEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/health").WithTags("health");
        group.MapGet("", ([FromServices] IHealth health) => health.Look()).WithSummary("Sensors, stores, detectors and what is the matter, with what is lost and how to mend it");
        group.MapGet("/interfaces", ([FromServices] IHealth health) => health.Interfaces()).WithSummary("The machine's network interfaces and what they have received");
    }
}
