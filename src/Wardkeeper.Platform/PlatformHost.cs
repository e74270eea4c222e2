using Wardkeeper.Console;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Reach;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Settings;
using Wardkeeper.Hub.Slices;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Hub.Views;
using Wardkeeper.Platform.Access;
using Wardkeeper.Platform.Admission;
using Wardkeeper.Platform.Backups;
using Wardkeeper.Platform.Cases;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Doctor;
using Wardkeeper.Platform.Exchange;
using Wardkeeper.Platform.Identification;
using Wardkeeper.Platform.Intelligence;
using Wardkeeper.Platform.Mail;
using Wardkeeper.Platform.Notices;
using Wardkeeper.Platform.Response;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Platform.Slices;
using Wardkeeper.Platform.Trust;
using Wardkeeper.Platform.Trust.Devices;
using Wardkeeper.Platform.Up;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Duties;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.History;
using Wardkeeper.Storage.Incidents;
using Wardkeeper.Storage.Ledger;
using Wardkeeper.Storage.Register;
using Wardkeeper.Storage.Tasks;
using Wardkeeper.Storage.Views;

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
        services.AddCases();
        services.AddSingleton<HubRuntime>();
        services.AddSingleton<SensorsRuntime>();
        services.AddSingleton<DemoRegister>();
        services.AddSingleton(provider => new SliceStore(Path.GetDirectoryName(options.Folder.Inside("slices", "any"))!, SiteSecret.Of(options.Folder), () => (options.Settings.Current.Slices.Days, options.Settings.Current.Slices.Size), provider.GetRequiredService<IAuditLog>(), options.Clock));
        services.AddSingleton<ISlices>(provider => provider.GetRequiredService<SliceStore>());
        services.AddSingleton<SliceKeeper>();
        services.AddHostedService<StartupWork>();
        services.AddHostedService<RetentionWork>();
        services.AddHostedService<IntelligenceWork>();
        services.AddHostedService<LookBackWork>();
        services.AddHostedService<CareWork>();
        services.AddHostedService<ResponseWork>();
        services.AddSingleton<MailRound>();
        services.AddHostedService<MailWork>();
        services.AddSingleton(options.Certificate);
        services.AddHostedService<CertificateWork>();
        services.AddAccess(options.Folder.Path);
        services.AddSingleton(_ => AccessSettings.Of(options.Settings));
        services.AddSingleton<IControlCommand, StatusReport>();
        services.AddSingleton<IControlCommand, ProblemsReport>();
        services.AddSingleton<IControlCommand, DetectorsReport>();
        services.AddSingleton<Replay>();
        services.AddSingleton<IControlCommand, ReplayReport>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<NoticeRound>(provider, options.Folder.Inside("notices.json")));
        services.AddHostedService<NoticeWork>();
        services.AddTrust(options);
        services.AddTrustedDevices(options);
        UserCommands.Register(services);
        BackupCommands.Register(services);
        services.AddSingleton<IControlCommand>(provider => new ControlHandler("import", options, provider, ImportRequest.RunAsync));
        services.AddSingleton<IControlCommand>(provider => new ControlHandler("export", options, provider, ExportRequest.RunAsync));
        services.AddSingleton<ControlDispatcher>();
        services.AddWardkeeperConsole();
        services.AddOptions<ConsoleOptions>().Configure(console => Address(console, options));
        services.AddSingleton<InterfaceChoice>();
        services.AddSingleton<ISettings, ConsoleSettings>();
        services.AddSingleton<HealthWatch>();
        services.AddSingleton<IHealth>(provider => provider.GetRequiredService<HealthWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<HealthWatch>());
    }

    /// <summary>How the hospital wants to be addressed; follows the settings.</summary>
    private static void Address(ConsoleOptions console, PlatformOptions options)
    {
        LiveSettings settings = options.Settings;
        console.IsDemo = options.IsDemo;
        void Take() => (console.HospitalName, console.Zone, console.Language) = (settings.Current.Hospital.Name, settings.Current.Hospital.TimeZone.Id, settings.Current.Hospital.Language);
        settings.Changed += _ => Take();
        Take();
    }

    /// <summary>The stores and the way into them. Everything is made when it is first asked for; <see cref="HubRuntime"/> asks in the right order.</summary>
    private static void AddStores(IServiceCollection services, PlatformOptions options)
    {
        services.AddSingleton(_ => StoreOpening.Relational(options.Folder, options.Settings.Current));
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<HubGate>();
        services.AddSingleton(provider => StoreOpening.History(options.Folder, options.Settings, provider.GetRequiredService<StoreHealth>()));
        services.AddSingleton<IHistoryQueries, HistoryQueries>();
        services.AddSingleton<IUtilisationQueries, UtilisationQueries>();
        LocalNetworks local = options.Settings.Current.Site.Local;
        services.AddSingleton(local);
        services.AddSingleton(new LedgerPart(local));
        services.AddSingleton<IBatchPart>(provider => provider.GetRequiredService<LedgerPart>());
        services.AddSingleton<IDeviceResolver>(provider => provider.GetRequiredService<LedgerPart>());
        services.AddSingleton<IDeviceQueries, DeviceQueries>();
        services.AddSingleton<LedgerCommands>();
        services.AddSingleton<ILedgerCommands>(provider => provider.GetRequiredService<LedgerCommands>());
        services.AddSingleton<LedgerCandidates>();
        services.AddSingleton<IRegisterImports, RegisterImports>();
        services.AddSingleton<IPublishings, PublishingStore>();
        services.AddSingleton<IDeviceDirectory, LedgerDirectory>();
        services.AddSingleton(new FindingBook());
        services.AddSingleton(provider => new DetectionPath(new Knowledge(options.Settings.Current.Site.Described, local, provider.GetRequiredService<IDeviceDirectory>()), provider.GetRequiredService<FindingBook>()));
        services.AddSingleton<IReachQueries, ReachQueries>();
        services.AddResponse(() => ResponseComposition.FilterOf(options.Settings.Current.Response));
        services.AddSingleton<SiteKnowledge>();
        services.AddIntelligence(options.Folder.Path);
        services.AddSignatures(options.Folder.Path);
        services.AddKnowledge(options.Folder.Path);
        services.AddAdmissionDecision(options.Settings);
        services.AddAdmissionFront(options.Folder.Path);
        services.AddSingleton<IBatchPart, FindingsPart>();
        services.AddSingleton<IBatchPart, DetectorsPart>();
        services.AddSingleton<IBatchPart, IncidentsPart>();
        services.AddSingleton<IFindingQueries, FindingQueries>();
        services.AddSingleton<IFindingCommands, FindingCommands>();
        services.AddSingleton<IDetectorReadiness, DetectorReadiness>();
        services.AddSingleton<IIncidentQueries, IncidentQueries>();
        services.AddSingleton<IIncidentCommands, IncidentCommands>();
        services.AddSingleton<TaskStore>();
        services.AddSingleton<ITaskQueries>(provider => provider.GetRequiredService<TaskStore>());
        services.AddSingleton<ITaskCommands>(provider => provider.GetRequiredService<TaskStore>());
        services.AddSingleton<ILetterBox, MailQueue>();
        services.AddSingleton<IDutyQueries, DutyFigures>();
        services.AddSingleton<IVendorSummaries, VendorSummaries>();
        services.AddSingleton<DutyRound>();
        services.AddSingleton<IDeviceAsking, DeviceAsking>();
        services.AddSingleton<ISavedViews, SavedViewStore>();
        services.AddSingleton<IFindingDoor>(provider => provider.GetRequiredService<HubPath>());
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
