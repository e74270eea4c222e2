using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using OpenTelemetry.Metrics;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Api;
using Wardkeeper.Console.Layout;
using Wardkeeper.Console.Pages.Audit;
using Wardkeeper.Console.Pages.Findings;
using Wardkeeper.Console.Pages.Import;
using Wardkeeper.Console.Pages.Incidents;
using Wardkeeper.Console.Pages.Overview;
using Wardkeeper.Console.Pages.Protocols;
using Wardkeeper.Console.Pages.Response;
using Wardkeeper.Console.Pages.SignIn;
using Wardkeeper.Console.Pages.Tasks;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Search;
using Wardkeeper.Console.Session;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Jobs;

namespace Wardkeeper.Console;

/// <summary>Puts the console (pages, API, sign-in) into a web host.</summary>
public static class ConsoleHost
{
    /// <summary>Registers what pages and API need, besides the hub's own services.</summary>
    public static IServiceCollection AddWardkeeperConsole(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(Bound);
        services.AddMudServices();
        services.AddLocalization();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ConsoleOptions>();
        services.AddSingleton<OpenPages>();
        services.AddScoped<Viewer>();
        services.AddScoped<Look>();
        services.AddScoped<Formats>();
        services.AddSingleton<Failures>();
        services.AddSingleton<LastChainCheck>();
        services.AddScoped<ISearchSource, DeviceSearch>();
        services.AddScoped<ISearchSource, FindingSearch>();
        services.AddScoped<ISearchSource, PageSearch>();
        services.AddScoped<ISearchSource, TrafficSearch>();
        services.AddScoped<TrafficScope>();
        services.AddScoped<RemoteWays>();
        services.AddScoped<ImportRefusal>();
        services.AddScoped<IAttentionSource, IncidentAttention>();
        services.AddScoped<IAttentionSource, FindingAttention>();
        services.AddScoped<IAttentionSource, LedgerAttention>();
        services.AddScoped<IRailCounter, TasksCounter>();
        services.AddScoped<IRailCounter, FindingsCounter>();
        services.AddScoped<IRailCounter, IncidentsCounter>();
        services.AddScoped<IRailCounter, ActionsCounter>();
        services.AddSingleton<JobBoard>();
        services.AddSingleton<IJobSource>(provider => provider.GetRequiredService<JobBoard>());
        services.AddSingleton<IJobSource, CaseJobs>();
        services.AddConsoleAccess();
        services.AddConsoleApi();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Wardkeeper*", "Microsoft.AspNetCore.Server.Kestrel").AddPrometheusExporter());
        return services;
    }

    /// <summary>Maps pages, API and static files.</summary>
    public static void MapWardkeeperConsole(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseRequestLocalization(options =>
        {
            options.SetDefaultCulture("zh-CN").AddSupportedCultures([.. ViewerSettings.Languages]).AddSupportedUICultures([.. ViewerSettings.Languages]);
            // The address holds the view of a page; the language is the person's and stays out of it.
            ConsoleOptions site = app.Services.GetRequiredService<IOptions<ConsoleOptions>>().Value;
            CustomRequestCultureProvider usual = new(_ => Task.FromResult<ProviderCultureResult?>(new ProviderCultureResult(site.Language)));
            options.RequestCultureProviders = [new CookieRequestCultureProvider { Options = options }, new AcceptLanguageHeaderRequestCultureProvider { Options = options }, usual];
        });
        // A browser that asks for a page that is not there gets one that says so; programs get what the API answers.
        app.UseWhen(context => HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase), branch => branch.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseConsoleAccess();
        app.MapStaticAssets();
        app.UseAntiforgery();
        app.MapConsoleApi();
        app.MapSignIn();
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new HttpMethodMetadata(["GET"]));
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    /// <summary>What one circuit, and all of them, may hold in memory.</summary>
    private static void Bound(CircuitOptions options)
    {
        options.DisconnectedCircuitMaxRetained = OpenPages.InAll;
        options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
        options.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(30);
        options.MaxBufferedUnacknowledgedRenderBatches = 10;
    }
}
