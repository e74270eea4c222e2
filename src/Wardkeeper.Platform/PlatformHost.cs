using Microsoft.AspNetCore.DataProtection;
using Wardkeeper.Console;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Up;

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
        services.AddHostedService<StartupWork>();
        services.AddSingleton<IControlCommand, StatusReport>();
        services.AddSingleton<ControlDispatcher>();
        // Cookies and forms stay valid over a restart.
        services.AddDataProtection().SetApplicationName("wardkeeper").PersistKeysToFileSystem(new DirectoryInfo(Path.GetDirectoryName(options.Folder.Inside("keys", "any"))!));
        services.AddWardkeeperConsole();
        services.AddAuthorization();
    }
}
