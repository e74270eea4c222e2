using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Wardkeeper.Hub.Access;
using Wardkeeper.Platform;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>The whole platform as it is started by <c>up --demo</c>: real stores, sensor, sign-in and audit log, on a free port of the loopback.</summary>
public sealed class RealPlatform : IAsyncLifetime
{
    /// <summary>The password that the first administrator chooses.</summary>
    public const string Password = "Blue-Horse-stable-42x";

    private readonly string path = Directory.CreateTempSubdirectory("wardkeeper-browser-").FullName;
    private DataFolder folder = null!;
    private WebApplication app = null!;

    /// <summary>Where it is.</summary>
    public string Address => app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>The password that is told at the first start.</summary>
    public string FirstPassword { get; private set; } = "";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        ConfigurationLoader loader = new(new Dictionary<string, IReadOnlyList<string>> { ["data"] = [path] }, new Dictionary<string, string>(), null);
        PlatformSettings settings = loader.Load();
        (settings.Web.Port, settings.Web.Bind) = (0, [System.Net.IPAddress.Loopback]);
        folder = DataFolder.Take(path, "a test", TimeProvider.System.GetUtcNow());
        ServerCertificate certificate = new(folder, TimeProvider.System);
        certificate.Load(settings.Web);
        app = PlatformHost.Build(new PlatformOptions { Settings = new LiveSettings(loader, settings), Folder = folder, Certificate = certificate, IsDemo = true });
        app.Services.GetRequiredService<AccessOptions>().SignInsPerMinute = 10_000;
        await app.StartAsync();
        await app.Services.GetRequiredService<Readiness>().FirstReady;
        FirstPassword = app.Services.GetRequiredService<HubRuntime>().FirstPassword!;
    }

    /// <summary>A service of the platform.</summary>
    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Adds a person who need not choose a password first.</summary>
    public async Task AddAsync(string name, string display, Role role)
    {
        if ((await Get<UserDirectory>().ListAsync()).Any(user => user.Name == name)) return;
        User user = new() { Id = 0, Name = name, DisplayName = display, Roles = new HashSet<Role> { role }, Departments = new HashSet<string>() };
        await Get<IAccessStore>().ChangeAsync(change => change.AddAsync(new Account(user, Passwords.Hash(Password), null, 0, [])));
    }

    /// <summary>Opens a window and signs a person in.</summary>
    internal async Task<Visit> SignInAsync(IBrowser browser, string name, string password = Password, string language = "en", string theme = "light")
    {
        Visit visit = await Visit.OpenAsync(browser, Address, language, theme);
        await visit.Page.GotoAsync(Address + "/sign-in");
        await visit.Page.FillAsync("#user", name);
        await visit.Page.FillAsync("#password", password);
        await visit.Page.ClickAsync("button[type=submit]");
        return visit;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Shutdown.DrainAsync(app);
        folder.Dispose();
        Directory.Delete(path, true);
    }
}
