using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Platform.Cases;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Up;
using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Platform.Tests.Cases;

/// <summary>The whole platform without any sensor, over a data folder that outlives it; asked over its API.</summary>
internal sealed class CasePlatform : IAsyncDisposable
{
    public static readonly Actor Analyst = new("li", new HashSet<Role> { Role.Analyst });
    public static readonly Actor Administrator = new("chen", new HashSet<Role> { Role.Administrator });

    private readonly DataFolder folder;
    private readonly WebApplication app;

    private CasePlatform(DataFolder folder, WebApplication app) => (this.folder, this.app) = (folder, app);

    public ICases Cases => Get<ICases>();

    public static string Samples { get; } = FindSamples();

    /// <summary>Starts it. A file may be at most 30 MB; compressed data may expand fiftyfold; a capture may span 30 days.</summary>
    public static async Task<CasePlatform> StartAsync(string path, Action<WebApplicationBuilder>? adjust = null, string? site = null)
    {
        ConfigurationLoader loader = new(new Dictionary<string, IReadOnlyList<string>> { ["data"] = [path], ["uploads.maxSize"] = ["30 MB"] }, site is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["WARDKEEPER_SITE_FILE"] = site }, null);
        PlatformSettings settings = loader.Load();
        (settings.Web.Port, settings.Web.Bind) = (0, [IPAddress.Loopback]);
        DataFolder folder = DataFolder.Take(path, "a test", TimeProvider.System.GetUtcNow());
        ServerCertificate certificate = new(folder, TimeProvider.System);
        certificate.Load(settings.Web);
        WebApplication app = PlatformHost.Build(new PlatformOptions
        {
            Settings = new LiveSettings(loader, settings),
            Folder = folder,
            Certificate = certificate,
            Adjust = builder =>
            {
                builder.Services.Replace(ServiceDescriptor.Singleton(new CaseLimits { LeaveFree = 1, Days = 30, Expansion = new ExpansionLimit(1 << 20, 50, 64 << 20) }));
                adjust?.Invoke(builder);
            },
        });
        await app.StartAsync();
        await app.Services.GetRequiredService<Readiness>().FirstReady;
        return new CasePlatform(folder, app);
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Uploads bytes.</summary>
    public async Task<CaseLine> UploadAsync(byte[] file, string name = "a.pcap", CaseKeep? keep = null, Actor? who = null)
    {
        using MemoryStream content = new(file);
        return await Cases.UploadAsync(who ?? Analyst, name, content, keep);
    }

    /// <summary>Waits until a case is in a state in which it stays.</summary>
    public async Task<CaseLine> EndAsync(long number)
    {
        using IChangeSubscription changes = Get<IChangeFeed>().Subscribe();
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        while (true)
        {
            if (await Cases.GetAsync(Administrator, number) is { State: not (CaseState.Queued or CaseState.Analysing) } line && Get<CaseQueue>().Reading != number) return line;
            await changes.NextAsync(patience.Token);
        }
    }

    /// <summary>A client with a token of a role.</summary>
    public async Task<HttpClient> ClientAsync(Role role, params string[] departments)
    {
        HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = new() { RemoteCertificateValidationCallback = static (_, seen, _, _) => seen is { Issuer: var issuer } && issuer == seen.Subject } }) { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
        Actor local = new("local:test", new HashSet<Role>(), Owner: "somebody");
        string token = (await Get<ApiTokens>().AddAsync(local, $"{role}{departments.Length}", new HashSet<Role> { role }, departments.ToHashSet(), TimeSpan.FromDays(1))).Text;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Asks the API.</summary>
    public static async Task<JsonElement> GetAsync(HttpClient client, string path) => JsonDocument.Parse(await client.GetStringAsync(path)).RootElement;

    public async ValueTask DisposeAsync()
    {
        await Shutdown.DrainAsync(app);
        folder.Dispose();
    }

    private static string FindSamples()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Wardkeeper.slnx"))) at = at.Parent;
        return Path.Combine(at!.FullName, "samples");
    }
}
