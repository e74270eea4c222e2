using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wardkeeper.Console;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.History;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Up;
using Wardkeeper.Storage;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform;

/// <summary>
/// The composition root: everything that runs, put together in one place. Tests of the web application build the same thing.
/// </summary>
internal static class PlatformHost
{
    /// <summary>Builds the platform; nothing is opened until it is started.</summary>
    public static WebApplication Build(PlatformOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(PlatformHost).Assembly.GetName().Name });
        // The framework's own configuration (appsettings.json, ASPNETCORE_URLS …) would be a second one beside ours.
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => KestrelSetup.Listen(kestrel, options.Settings.Current.Web, options.Certificate));
        // Where it was not published, static files lie in the projects and packages.
        builder.WebHost.UseStaticWebAssets();
        LogSetup.Configure(builder.Logging, options.Settings);
        AddServices(builder.Services, options);
        options.Adjust?.Invoke(builder);
        WebApplication app = builder.Build();
        app.UseReadinessGate();
        app.MapWardkeeperConsole();
        return app;
    }

    /// <summary>Registers everything but the web, as the commands need it that work without one.</summary>
    public static void AddServices(IServiceCollection services, PlatformOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Settings);
        services.AddSingleton(options.Folder);
        services.AddSingleton(options.Clock);
        services.AddSingleton<Readiness>();
        services.AddSingleton<IHostLifetime, SilentLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        AddStores(services, options);
        services.AddSingleton<HubRuntime>();
        services.AddSingleton<SensorsRuntime>();
        services.AddHostedService<StartupWork>();
        services.AddSingleton<IControlCommand, StatusReport>();
        services.AddSingleton<ControlDispatcher>();
        // Cookies and forms stay valid over a restart.
        services.AddDataProtection().SetApplicationName("wardkeeper").PersistKeysToFileSystem(new DirectoryInfo(Path.GetDirectoryName(options.Folder.Inside("keys", "any"))!));
        services.AddWardkeeperConsole();
        services.AddOptions<ConsoleOptions>().Configure(console => (console.HospitalName, console.Zone) = (options.Settings.Current.Hospital.Name, options.Settings.Current.Hospital.TimeZone.Id));
        services.AddAuthorization();
    }

    /// <summary>The stores and the way into them. Everything is made when it is first asked for; <see cref="HubRuntime"/> asks in the right order.</summary>
    private static void AddStores(IServiceCollection services, PlatformOptions options)
    {
        services.AddSingleton(_ => StoreOpening.Relational(options.Folder, options.Settings.Current));
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<HubGate>();
        services.AddSingleton(provider => StoreOpening.History(options.Folder, options.Settings.Current, provider.GetRequiredService<StoreHealth>()));
        services.AddSingleton<IHistoryQueries, HistoryQueries>();
        services.TryAddSingleton<IDeviceResolver, Unresolved>();
        services.AddSingleton(provider => new HubPath(
            provider.GetRequiredService<StoreFactory>(),
            provider.GetRequiredService<HubGate>(),
            provider.GetRequiredService<HistoryStore>(),
            [.. provider.GetServices<IBatchPart>()],
            provider.GetRequiredService<IDeviceResolver>(),
            provider.GetRequiredService<StoreHealth>(),
            options.Clock));
    }
}
