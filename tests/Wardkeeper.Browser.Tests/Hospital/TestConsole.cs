using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wardkeeper.Console;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Access;
using Wardkeeper.Storage;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>The real console over the sample hospital's devices, on a port of the loopback, with the strict content security policy it is shipped with.</summary>
internal sealed class TestConsole : IAsyncDisposable
{
    private const string Policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
    private readonly WebApplication app;

    private readonly Complaints complaints;
    private readonly string folder;

    private TestConsole(WebApplication app, MemoryDevices devices, HospitalHistory history, RealLedger ledger, Complaints complaints, string folder) => (this.app, Devices, History, Ledger, this.complaints, this.folder) = (app, devices, history, ledger, complaints, folder);

    /// <summary>A service of the console.</summary>
    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Errors that the console logged.</summary>
    public IReadOnlyList<string> Errors => [.. complaints.All];

    /// <summary>The devices it shows.</summary>
    public MemoryDevices Devices { get; }

    /// <summary>The traffic it shows.</summary>
    public HospitalHistory History { get; }

    /// <summary>The ledger behind the commands, and behind the devices too when the console was started over it.</summary>
    public RealLedger Ledger { get; }

    /// <summary>Where it is.</summary>
    public string Address => app.Urls.First();

    /// <summary>Starts one.</summary>
    /// <param name="port">Port, or 0 for any.</param>
    /// <param name="isEmpty">Whether no device was seen yet.</param>
    /// <param name="isReal">Whether its devices are those of a real store, filled with the sample hospital, in which they can be edited.</param>
    public static async Task<TestConsole> StartAsync(int port = 0, bool isEmpty = false, bool isReal = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "wardkeeper-platform", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        Complaints complaints = new();
        builder.Logging.AddProvider(complaints).AddFilter<Complaints>(null, LogLevel.Error);
        string folder = Directory.CreateTempSubdirectory("wardkeeper-console-").FullName;
        StoreFactory stores = StoreFactory.Sqlite(await HospitalFindings.PutAsync(folder, isEmpty));
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
        MemoryDevices devices = new(isEmpty ? [] : await HospitalFindings.CountedAsync(stores, HospitalDay.Shared));
        RealLedger ledger = await RealLedger.MakeAsync(isReal);
        ledger.Register(builder.Services);
        if (!isReal) builder.Services.AddSingleton<IDeviceQueries>(devices);
        HospitalHistory history = await HospitalHistory.OfAsync(isEmpty ? [] : HospitalDay.Shared);
        builder.Services.AddSingleton<IHistoryQueries>(history.Queries);
        builder.Services.AddSingleton<TimeProvider>(new HastyClock());
        builder.Services.AddSingleton(stores);
        builder.Services.AddSingleton(new AccessOptions { RequestsPerMinute = 1_000_000 });
        builder.Services.AddAccess(folder);
        HospitalFindings.Add(builder.Services, stores);
        builder.Services.AddSingleton<ICases, NoCases>();
        builder.Services.AddWardkeeperConsole();
        // Persons here have no session that could end, and no TLS.
        builder.Services.AddScoped<AuthenticationStateProvider, ServerAuthenticationStateProvider>();
        builder.Services.Configure<AntiforgeryOptions>(options => (options.Cookie.Name, options.Cookie.SecurePolicy) = ("csrf", CookieSecurePolicy.None));
        builder.Services.Configure<ConsoleOptions>(options => options.HospitalName = "示例医院 · 东院区");
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, Person>("test", null);
        builder.Services.AddAuthorization();
        WebApplication app = builder.Build();
        app.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            return next(http);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapWardkeeperConsole();
        await app.Services.PrepareAccessAsync();
        await app.StartAsync();
        return new TestConsole(app, devices, history, ledger, complaints, folder);
    }

    /// <summary>Number of the gravest open finding whose device a department answers for.</summary>
    public async Task<long> GravestFindingAsync()
    {
        Page<FindingLine> found = await Get<IFindingQueries>().FindAsync(new FindingFilter { IsOpen = true }, new SortOrder("severity", true), new PageRequest(1, 200));
        return (found.Items.FirstOrDefault(line => line.Subject.Department is not null) ?? found.Items[0]).Number;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await app.DisposeAsync();
        History.Dispose();
        Ledger.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await Folders.DeleteAsync(folder);
    }

    /// <summary>The machine's clock with timers that ring forty times as often, so that nobody waits for the next look.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, Hasten(dueTime), Hasten(period));

        private static TimeSpan Hasten(TimeSpan time) => time > TimeSpan.Zero ? time / 40 : time;
    }

    /// <summary>Whoever the cookies <c>as</c> and <c>departments</c> say: sign-in itself is tested elsewhere.</summary>
    private sealed class Person(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            List<Claim> claims = [new(ClaimTypes.Name, "周敏"), .. (Request.Cookies["as"] ?? "clinical-engineer").Split('+').Select(role => new Claim(ClaimTypes.Role, role))];
            if (Request.Cookies["departments"] is { } departments) claims.AddRange(departments.Split('+').Select(department => new Claim("wardkeeper:department", department)));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, "test")), "test")));
        }
    }
}
