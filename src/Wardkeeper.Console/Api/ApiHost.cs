using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Wardkeeper.Console.Api;

/// <summary>The REST API under <c>/api/v1</c>; each capability maps its own group. What may be called by whom stands in the access table alone.</summary>
internal static class ApiHost
{
    public static IServiceCollection AddConsoleApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", ApiDocument.Describe);
        services.AddSingleton<EventReaders>();
        return services;
    }

    public static void MapConsoleApi(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder api = app.MapGroup("/api/v1").AddEndpointFilter(ApiQuery.RefuseUnknownAsync).AddEndpointFilter(CaseEndpoints.LookAsync).DisableAntiforgery();
        SessionEndpoints.Map(api);
        UserEndpoints.Map(api);
        TokenEndpoints.Map(api);
        AuditEndpoints.Map(api);
        SettingsEndpoints.Map(api);
        HealthEndpoints.Map(api);
        DeviceEndpoints.Map(api);
        HistoryEndpoints.Map(api);
        ProtocolEndpoints.Map(api);
        FindingEndpoints.Map(api);
        QualityEndpoints.Map(api);
        FindingDecisionEndpoints.Map(api);
        IncidentEndpoints.Map(api);
        ActionEndpoints.Map(api);
        AdmissionEndpoints.Map(api);
        TechniqueEndpoints.Map(api);
        SliceEndpoints.Map(api);
        ReachEndpoints.Map(api);
        TaskEndpoints.Map(api);
        DeviceEditEndpoints.Map(api);
        ImportEndpoints.Map(api);
        KnowledgeEndpoints.Map(api);
        IntelligenceEndpoints.Map(api);
        RuleEndpoints.Map(api);
        TrustEndpoints.Map(api);
        CaseEndpoints.Map(api);
        PublishingEndpoints.Map(api);
        ViewEndpoints.Map(api);
        JobEndpoints.Map(api);
        EventEndpoints.Map(api);
        app.MapOpenApi();
    }
}
