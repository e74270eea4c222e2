using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using OpenTelemetry.Metrics;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Api;
using Wardkeeper.Console.Layout;
using Wardkeeper.Console.Pages.SignIn;

namespace Wardkeeper.Console;

/// <summary>Puts the console (pages, API, sign-in) into a web host.</summary>
public static class ConsoleHost
{
    /// <summary>Registers what pages and API need, besides the hub's own services.</summary>
    public static IServiceCollection AddWardkeeperConsole(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.AddLocalization();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddConsoleAccess();
        services.AddConsoleApi();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Wardkeeper*", "Microsoft.AspNetCore.Server.Kestrel").AddPrometheusExporter());
        return services;
    }

    /// <summary>Maps pages, API and static files.</summary>
    public static void MapWardkeeperConsole(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseRequestLocalization(options => options.SetDefaultCulture("zh-CN").AddSupportedCultures("zh-CN", "en").AddSupportedUICultures("zh-CN", "en"));
        app.UseConsoleAccess();
        app.MapStaticAssets();
        app.UseAntiforgery();
        app.MapConsoleApi();
        app.MapSignIn();
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new HttpMethodMetadata(["GET"]));
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
