using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Up;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>
/// The whole platform as it ships, over a data folder of its own that has seen the sample hospital's day, on a free port of the
/// loopback. Replaced are only: the console's clock, whose timers ring sooner; the log, whose errors are kept; the limits of
/// requests per minute; and the questions to the ledger pass a switch that can make them fail.
/// </summary>
internal sealed class TestConsole : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly DataFolder folder;
    private readonly Complaints complaints;
    private readonly bool keep;
    private readonly SemaphoreSlim adding = new(1, 1);
    private long sequence;

    private TestConsole(WebApplication app, DataFolder folder, Complaints complaints, bool keep) => (this.app, this.folder, this.complaints, this.keep) = (app, folder, complaints, keep);

    /// <summary>Errors that the console logged.</summary>
    public IReadOnlyList<string> Errors => [.. complaints.All];

    /// <summary>Fails with all that the console logged as errors, whole.</summary>
    public void ExpectNoErrors()
    {
        if (!complaints.All.IsEmpty) Assert.Fail(string.Join('\n', complaints.All));
    }

    /// <summary>The ledger's answers.</summary>
    public IDeviceQueries Devices => Get<IDeviceQueries>();

    /// <summary>The ledger's commands.</summary>
    public ILedgerCommands Ledger => Get<ILedgerCommands>();

    /// <summary>Makes every question to the ledger fail.</summary>
    public Exception? Broken
    {
        set => ((SwitchedDevices)Devices).Broken = value;
    }

    /// <summary>Where it is.</summary>
    public string Address => app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>Starts one.</summary>
    /// <param name="port">Port, or 0 for any.</param>
    /// <param name="isEmpty">Whether nothing was seen yet.</param>
    public static Task<TestConsole> StartAsync(int port = 0, bool isEmpty = false)
    {
        string path = Directory.CreateTempSubdirectory("wardkeeper-browser-").FullName;
        if (!isEmpty) HospitalImage.CopyTo(path);
        return StartInAsync(path, port);
    }

    /// <summary>Starts one in a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="port">Port, or 0 for any.</param>
    /// <param name="keep">Whether the folder is still needed afterwards.</param>
    public static async Task<TestConsole> StartInAsync(string path, int port = 0, bool keep = false)
    {
        ConfigurationLoader loader = new(new Dictionary<string, IReadOnlyList<string>> { ["data"] = [path] }, new Dictionary<string, string>(), null);
        PlatformSettings settings = loader.Load();
        (settings.Web.Port, settings.Web.Bind, settings.Hospital.Name) = (port, [System.Net.IPAddress.Loopback], "示例医院 · 东院区");
        settings.Hospital.TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        DataFolder folder = DataFolder.Take(path, "a test", TimeProvider.System.GetUtcNow());
        ServerCertificate certificate = new(folder, TimeProvider.System);
        certificate.Load(settings.Web);
        Complaints complaints = new();
        WebApplication app = PlatformHost.Build(new PlatformOptions { Settings = new LiveSettings(loader, settings), Folder = folder, Certificate = certificate, Adjust = builder => Replace(builder, complaints) });
        TestConsole console = new(app, folder, complaints, keep);
        AccessOptions limits = app.Services.GetRequiredService<AccessOptions>();
        (limits.RequestsPerMinute, limits.SignInsPerMinute) = (1_000_000, 10_000);
        await app.StartAsync();
        await app.Services.GetRequiredService<Readiness>().FirstReady;
        return console;
    }

    /// <summary>A service of the platform.</summary>
    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Opens a window in which a person is signed in: a session as the sign-in page makes it, without typing its password each time.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="language">zh-CN or en.</param>
    /// <param name="theme">light or dark.</param>
    /// <param name="roles">Her roles, joined by <c>+</c>.</param>
    /// <param name="departments">The departments she is limited to, joined by <c>+</c>; null when to none.</param>
    /// <param name="keys">Whether single keys are on.</param>
    public async Task<Visit> VisitAsync(IBrowser browser, string language = "en", string theme = "light", string roles = "clinical-engineer", string? departments = null, bool keys = true)
    {
        User user = await PersonAsync(roles, departments);
        string id = SecretText.Make();
        CaptureTime now = Get<TimeProvider>().Now();
        await Get<IAccessStore>().ChangeAsync(async change =>
        {
            await change.AddSessionAsync(new Hub.Access.Session(SecretText.Hash(id), user.Id, now, now, now.Plus(TimeSpan.FromHours(12)), false, null, "a test"), 10_000);
            return true;
        });
        List<(string, string)> cookies = [(Console.Access.SessionCookie.Name, id)];
        if (!keys) cookies.Add(("wk.keys", "off"));
        return await Visit.OpenAsync(browser, Address, language, theme, [.. cookies]);
    }

    /// <summary>Hands a batch to the hub as a sensor does, and waits until both stores have it.</summary>
    public async Task DeliverAsync(IReadOnlyList<Observation> observations, IReadOnlyList<FlowRecord> flows, IReadOnlyList<TransactionRow> transactions)
    {
        TaskCompletionSource stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (sequence == 0) sequence = await Get<HubRuntime>().Path.AppliedAsync("ward-1");
        SensorBatch batch = new() { Sensor = "ward-1", Sequence = ++sequence, End = RecordedDay.Shared.End, Observations = observations, Flows = flows, Transactions = transactions };
        await Get<HubRuntime>().Path.DeliverAsync(batch, _ => stored.TrySetResult());
        await stored.Task;
    }

    /// <summary>A device that nobody saw before introduces itself, minutes after everything else.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="minutes">How many minutes; another device for each.</param>
    public Task AddDeviceLaterAsync(string name, int minutes = 1)
    {
        CaptureTime at = RecordedDay.Shared.End.Plus(TimeSpan.FromMinutes(minutes));
        Subject who = new(new MacAddress(0x001B21007700 + (ulong)minutes), IpOf($"10.77.28.{250 + minutes}"), 28);
        return DeliverAsync([
            new Claim(who, ClaimKind.AddressBinding, who.Ip.ToString(), "arp", at, null, 1, "reply"),
            new Claim(who, ClaimKind.HostName, name, "dhcp", at, null, 2, "option 12"),
            new ServiceSighting(who, Carrier.Tcp, 443, "https", null, new Subject(default, IpOf("10.77.10.1")), at, null, 3)], [], []);
    }

    /// <summary>One more flow, as new as the newest.</summary>
    public Task AddFlowLaterAsync() => DeliverAsync([], [RecordedDay.Shared.Flows.MaxBy(flow => flow.View.Began)!], []);

    /// <summary>Number of the gravest open finding whose device a department answers for.</summary>
    public async Task<long> GravestFindingAsync()
    {
        Page<FindingLine> found = await Get<IFindingQueries>().FindAsync(new FindingFilter { IsOpen = true }, new SortOrder("severity", true), new PageRequest(1, 200));
        return (found.Items.FirstOrDefault(line => line.Subject.Department is not null) ?? found.Items[0]).Number;
    }

    /// <summary>Number of the first life-supporting device.</summary>
    public async Task<long> LifeSupportAsync() => (await Devices.FindAsync(new DeviceFilter { IsLifeSupport = true }, new SortOrder("id"), new PageRequest(1, 1))).Items[0].Id;

    public async ValueTask DisposeAsync()
    {
        await Shutdown.DrainAsync(app);
        folder.Dispose();
        adding.Dispose();
        if (!keep) await Folders.DeleteAsync(folder.Path);
    }

    private static Sensor.Observations.Address IpOf(string text) => Sensor.Observations.Address.TryParse(text, out Sensor.Observations.Address ip) ? ip : throw new FormatException(text);

    private static void Replace(WebApplicationBuilder builder, Complaints complaints)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(complaints).AddFilter<Complaints>(null, LogLevel.Error);
        builder.Services.AddSingleton<TimeProvider>(new HastyClock());
        // What fails in a page is told to the page, so that a test says more than that something did.
        builder.Services.Configure<Microsoft.AspNetCore.Components.Server.CircuitOptions>(circuit => circuit.DetailedErrors = true);
        ServiceDescriptor real = builder.Services.Last(one => one.ServiceType == typeof(IDeviceQueries));
        builder.Services.AddSingleton<IDeviceQueries>(services => new SwitchedDevices((IDeviceQueries)ActivatorUtilities.CreateInstance(services, real.ImplementationType!)));
    }

    private async Task<User> PersonAsync(string roles, string? departments)
    {
        await adding.WaitAsync();
        try
        {
            string name = roles == "clinical-engineer" && departments is null ? "周敏" : $"{roles} {departments}".Trim();
            if ((await Get<UserDirectory>().ListAsync()).FirstOrDefault(user => user.Name == name) is { } known) return known;
            HashSet<Role> held = [.. roles.Split('+').Select(role => RoleNames.TryParse(role, out Role parsed) ? parsed : throw new ArgumentException(role, nameof(roles)))];
            User user = new() { Id = 0, Name = name, DisplayName = "周敏", Roles = held, Departments = departments?.Split('+').ToHashSet() ?? [] };
            return (await Get<IAccessStore>().ChangeAsync(change => change.AddAsync(new Account(user, "", null, 0, [])))).User;
        }
        finally
        {
            adding.Release();
        }
    }

    /// <summary>The machine's clock with timers that ring forty times as often, so that nobody waits for the next look.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, Hasten(dueTime), Hasten(period));

        private static TimeSpan Hasten(TimeSpan time) => time > TimeSpan.Zero ? time / 40 : time;
    }
}
