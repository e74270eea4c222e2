using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wardkeeper.Console;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Cases;
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
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Slices;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Hub.Views;
using Wardkeeper.Platform.Access;
using Wardkeeper.Platform.Identification;
using Wardkeeper.Platform.Intelligence;
using Wardkeeper.Platform.Response;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Platform.Slices;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Admission;
using Wardkeeper.Storage.Duties;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.History;
using Wardkeeper.Storage.Incidents;
using Wardkeeper.Storage.Ledger;
using Wardkeeper.Storage.Register;
using Wardkeeper.Storage.Tasks;
using Wardkeeper.Storage.Views;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>The real web application on a free loopback port with TLS and a data folder of its own. Its clock stands still until it is moved.</summary>
public sealed class AppFixture : IAsyncLifetime
{
    /// <summary>Who sets everything up in tests.</summary>
    public static readonly Actor Local = new("local:test", new HashSet<Role>());

    private const string Password = "Blue-Horse-stable-42x";

    // A hash is slow by design; all persons of a test share one.
    private static readonly Lazy<string> PasswordHash = new(() => Passwords.Hash(Password));

    private readonly X509Certificate2 certificate = MakeCertificate();
    private WebApplication app = null!;

    /// <summary>How strict it is; wide by default, so that a walk over all routes is not slowed.</summary>
    public AccessOptions Options { get; } = new() { RequestsPerMinute = 1_000_000, SignInsPerMinute = 1_000_000, AddressFailures = 1_000_000, SessionsPerUser = 1000 };

    public string Folder { get; } = Directory.CreateTempSubdirectory("wardkeeper-app-").FullName;

    public SteppedTime Time { get; } = new();

    public string? FirstPassword { get; private set; }

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => app.Services;

    public IReadOnlyList<RouteEndpoint> Routes => [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "wardkeeper-platform", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        builder.Logging.ClearProviders();
        StoreFactory factory = StoreFactory.Sqlite(Path.Combine(Folder, "wardkeeper.db"));
        await using (StoreContext context = factory.Open()) await context.Database.EnsureCreatedAsync();
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(factory);
        builder.Services.AddSingleton(Options);
        builder.Services.AddAccess(Folder);
        builder.Services.AddSingleton<IDeviceQueries, TwoDevices>();
        builder.Services.AddSingleton(_ => HistoryStore.Open(Path.Combine(Folder, "history"), new HistoryOptions(), new StoreHealth(Time)));
        builder.Services.AddSingleton<IHistoryQueries, HistoryQueries>();
        builder.Services.AddSingleton<IUtilisationQueries, UtilisationQueries>();
        builder.Services.AddSingleton<HubGate>();
        builder.Services.AddSingleton(new FindingBook());
        builder.Services.AddSingleton<IFindingQueries, FindingQueries>();
        builder.Services.AddSingleton<IFindingCommands, FindingCommands>();
        builder.Services.AddSingleton<IDetectorReadiness, DetectorReadiness>();
        builder.Services.AddSingleton(provider => new SliceStore(Path.Combine(Folder, "slices"), new byte[32], () => (30, 1_000_000), provider.GetRequiredService<IAuditLog>(), Time));
        builder.Services.AddSingleton<ISlices>(provider => provider.GetRequiredService<SliceStore>());
        builder.Services.AddSingleton<IIncidentQueries, IncidentQueries>();
        builder.Services.AddSingleton<IIncidentCommands, IncidentCommands>();
        builder.Services.AddSingleton<TaskStore>();
        builder.Services.AddSingleton<ITaskQueries>(provider => provider.GetRequiredService<TaskStore>());
        builder.Services.AddSingleton<ITaskCommands>(provider => provider.GetRequiredService<TaskStore>());
        builder.Services.AddSingleton(new LedgerPart(LocalNetworks.Default));
        builder.Services.AddSingleton<LedgerCommands>();
        builder.Services.AddSingleton<ILedgerCommands>(provider => provider.GetRequiredService<LedgerCommands>());
        builder.Services.AddSingleton<LedgerCandidates>();
        builder.Services.AddSingleton<IRegisterImports, RegisterImports>();
        builder.Services.AddSingleton<ICases, NoCases>();
        builder.Services.AddSingleton<IDutyQueries, DutyFigures>();
        builder.Services.AddSingleton<IDeviceAsking, DeviceAsking>();
        builder.Services.AddSingleton<IVendorSummaries, VendorSummaries>();
        builder.Services.AddSingleton<ILetterBox, MailQueue>();
        builder.Services.AddSingleton<ISavedViews, SavedViewStore>();
        builder.Services.AddSingleton<IDeviceDirectory, LedgerDirectory>();
        builder.Services.AddSingleton(provider => new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Default, provider.GetRequiredService<IDeviceDirectory>()), provider.GetRequiredService<FindingBook>()));
        builder.Services.AddSingleton<IPublishings, PublishingStore>();
        builder.Services.AddSingleton<IReachQueries, ReachQueries>();
        builder.Services.AddSingleton<Wardkeeper.Hub.Response.IEnforcementPoint>(new Wardkeeper.Platform.Tests.Response.RecordingPoint());
        builder.Services.AddResponse(() => new Wardkeeper.Hub.Response.Points.Nftables.NftablesOptions());
        builder.Services.AddSingleton<IFindingDoor, OpenDoor>();
        builder.Services.AddIntelligence(Folder);
        builder.Services.AddSingleton<SessionBoard>();
        builder.Services.AddSingleton(provider => new AdmissionStore(factory, provider.GetRequiredService<SessionBoard>(), new StoreHealth(Time)));
        builder.Services.AddSingleton<IAdmissionQueries, AdmissionQueries>();
        builder.Services.AddSingleton<IKnownDevices, KnownDevices>();
        builder.Services.AddSingleton<AdmissionPolicyBook>();
        builder.Services.AddSingleton<IAdmissionPolicies>(provider => new PolicyStore(
            factory, provider.GetRequiredService<HubGate>(), provider.GetRequiredService<AdmissionPolicyBook>(), provider.GetRequiredService<IKnownDevices>(), provider.GetRequiredService<ICareBoard>(), provider.GetRequiredService<IAuditLog>(), Time, () => TimeZoneInfo.Utc));
        builder.Services.AddSingleton(LocalNetworks.Default);
        builder.Services.AddSignatures(Folder);
        builder.Services.AddKnowledge(Folder);
        builder.Services.AddWardkeeperConsole();
        app = builder.Build();
        app.MapWardkeeperConsole();
        FirstPassword = await app.Services.PrepareAccessAsync();
        await app.StartAsync();
        Address = new Uri(app.Urls.Single());
    }

    /// <summary>A client that follows no redirect and keeps no cookie by itself.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(1), SslOptions = new() { RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null && seen.GetCertHashString() == certificate.GetCertHashString() } }) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>A browser: keeps cookies, follows no redirect.</summary>
    public Browser Browser() => new(Address, certificate);

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Adds a person with a password of her own.</summary>
    public async Task<(User User, string Password)> AddUserAsync(string name, Role role, params string[] departments)
    {
        User user = new() { Id = 0, Name = name, DisplayName = name, Roles = new HashSet<Role> { role }, Departments = departments.ToHashSet() };
        Account account = await Get<IAccessStore>().ChangeAsync(change => change.AddAsync(new Account(user, PasswordHash.Value, null, 0, [])));
        return (account.User, Password);
    }

    /// <summary>A token with a role.</summary>
    public Task<string> TokenAsync(string name, Role role, params string[] departments) => TokenOfAsync("somebody", name, role, departments);

    /// <summary>Makes a token that somebody in particular owns.</summary>
    public async Task<string> TokenOfAsync(string owner, string name, Role role, params string[] departments) =>
        (await Get<ApiTokens>().AddAsync(Local with { Owner = owner }, name, new HashSet<Role> { role }, departments.ToHashSet(), TimeSpan.FromDays(300))).Text;

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        certificate.Dispose();
        Directory.Delete(Folder, true);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset start = DateTimeOffset.UnixEpoch.AddYears(50);
        return request.CreateSelfSigned(start, start.AddYears(50));
    }
}

/// <summary>A clock that stands until it is moved.</summary>
public sealed class SteppedTime : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero).UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}

/// <summary>Lets in what is raised; what is raised is not stored.</summary>
internal sealed class OpenDoor : IFindingDoor
{
    /// <inheritdoc/>
    public Task TakeAsync(Action take, CancellationToken cancel = default)
    {
        take();
        return Task.CompletedTask;
    }
}
