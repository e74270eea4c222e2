using Microsoft.Extensions.DependencyInjection;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Response.Points.Nftables;
using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Platform.Access;
using Wardkeeper.Platform.Response;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Tests.Response;

/// <summary>A hub's response side over its own store, which can be killed and started again while the network goes on.</summary>
internal sealed class ResponseHub : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-response-").FullName;
    private ServiceProvider services = null!;

    public Ward Ward { get; } = new();

    public RecordingPoint Point { get; } = new();

    public WardClock Clock => Ward.Clock;

    public NftablesOptions Filter { get; set; } = new();

    public IActionCommands Commands => services.GetRequiredService<IActionCommands>();

    public IActionQueries Actions => services.GetRequiredService<IActionQueries>();

    public ActionRunner Runner => services.GetRequiredService<ActionRunner>();

    public CareBoard Board => services.GetRequiredService<CareBoard>();

    public static async Task<ResponseHub> StartAsync(bool isRecording = true)
    {
        ResponseHub hub = new();
        await using (StoreContext context = StoreFactory.Sqlite(Path.Combine(hub.folder, "wardkeeper.db")).Open()) await context.Database.EnsureCreatedAsync();
        hub.Open(isRecording);
        return hub;
    }

    public static Actor Person(string name, Role role = Role.Analyst) => new(name, new HashSet<Role> { role });

    /// <summary>The hub dies and is started again: nothing but its store is left of it.</summary>
    public async Task RestartAsync()
    {
        await services.DisposeAsync();
        Open(true);
    }

    public async Task<ResponseAction> GetAsync(long number) => (await Actions.GetAsync(number))!;

    /// <summary>Proposes, and fails when that is refused.</summary>
    public async Task<long> ProposeAsync(LadderStep step, string who = "wang", int minutes = 30, params long[] devices)
    {
        var (outcome, number) = await Commands.ProposeAsync(Person(who), new ActionDraft(step, devices.Length == 0 ? [Ward.Kiosk] : devices, TimeSpan.FromMinutes(minutes), "it spreads"));
        Assert.True(outcome.IsDone, outcome.Reason);
        return number;
    }

    /// <summary>Agrees to what is to be seen now.</summary>
    public async Task<Wardkeeper.Hub.Findings.Outcome> AgreeAsync(long number, string who) =>
        await Commands.ApproveAsync(Person(who), number, (await Commands.PreviewAsync(Person(who), number))!.Safety.Digest);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, true);
    }

    private void Open(bool isRecording)
    {
        ServiceCollection all = new();
        all.AddSingleton<TimeProvider>(Ward.Clock);
        all.AddSingleton(StoreFactory.Sqlite(Path.Combine(folder, "wardkeeper.db")));
        all.AddSingleton<HubGate>();
        all.AddSingleton(new AccessOptions());
        all.AddAccess(folder);
        all.AddSingleton<IDeviceQueries>(Ward);
        all.AddSingleton<IUtilisationQueries>(Ward);
        all.AddSingleton(_ => HistoryStore.Open(Path.Combine(folder, "history"), new HistoryOptions(), new StoreHealth(Ward.Clock)));
        all.AddSingleton<IHistoryQueries, HistoryQueries>();
        if (isRecording) all.AddSingleton<IEnforcementPoint>(Point);
        all.AddResponse(() => Filter);
        services = all.BuildServiceProvider();
    }
}

/// <summary>A clock that stands until it is moved, its stopwatch with it.</summary>
internal sealed class WardClock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}

/// <summary>A ledger of a kiosk and two CT scanners that stand in for each other, always seen a moment ago; when they last worked is set by the test.</summary>
internal sealed class Ward : IDeviceQueries, IUtilisationQueries
{
    public const long Kiosk = 1, Ct = 2, Standby = 3;

    public WardClock Clock { get; } = new();

    /// <summary>Hours since the CT scanner last worked.</summary>
    public double Idle { get; set; } = 2;

    /// <summary>Consequence of the kiosk's failure; null when nobody said.</summary>
    public string? Consequence { get; set; }

    /// <summary>Addresses of a device.</summary>
    public Dictionary<long, IReadOnlyList<InterfaceLine>> Interfaces { get; } = [];

    /// <summary>How long the CT scanner has said nothing.</summary>
    public TimeSpan Silent { get; set; }

    /// <summary>How old the newest data is.</summary>
    public TimeSpan Late { get; set; }

    private CaptureTime Now => Clock.Now().Plus(-Late);

    public Task<Page<DeviceLine>> FindAsync(DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        DeviceLine[] found = [.. Lines().Where(line => (filter.Ids.Count == 0 || filter.Ids.Contains(line.Id)) && (filter.Types.Count == 0 || filter.Types.Contains(line.Type!)) && filter.Visible?.Contains(line.Department!) != false)];
        return Task.FromResult(new Page<DeviceLine>([.. found.Skip(page.Skip).Take(page.Take)], found.Length, Now));
    }

    public Task<long> CountAsync(DeviceFilter filter, CancellationToken cancel = default) => Task.FromResult((long)Lines().Count());

    public Task<IReadOnlyList<ValueCount>> CountByAsync(string column, DeviceFilter filter, CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<ValueCount>>([]);

    public Task<DeviceDetail?> GetAsync(long id, IReadOnlySet<string>? visible = null, CancellationToken cancel = default) => Task.FromResult(
        Lines().Where(line => line.Id == id).Select(line => new DeviceDetail { Line = line, Revision = 1, Fields = [], Interfaces = Interfaces.GetValueOrDefault(id) ?? [], Offers = [], Uses = [], Events = [] }).FirstOrDefault());

    public Task<IReadOnlyList<DeviceUse>> OfDevicesAsync(CaptureTime from, CaptureTime to, CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<DeviceUse>>(
    [
        new DeviceUse(Ct, UseBasis.Studies, 1, 1, 1, Now.Plus(-TimeSpan.FromHours(Idle))),
        new DeviceUse(Standby, UseBasis.Studies, 1, 1, 1, Now.Plus(-TimeSpan.FromHours(5))),
    ]);

    private IEnumerable<DeviceLine> Lines() =>
    [
        new() { Id = Kiosk, Name = "K-07", Category = "kiosk", Type = "registration-kiosk", Department = "Outpatients", LifeCycle = "in-use", Consequence = Consequence, FirstSeen = Now.Plus(-TimeSpan.FromDays(30)), LastSeen = Now },
        new() { Id = Ct, Name = "CT-2", Category = "imaging", Type = "ct-scanner", Department = "Radiology", Bed = "R2", LifeCycle = "in-use", Consequence = "inappropriate-therapy", FirstSeen = Now.Plus(-TimeSpan.FromDays(30)), LastSeen = Now.Plus(-Silent) },
        new() { Id = Standby, Name = "CT-3", Category = "imaging", Type = "ct-scanner", Department = "Radiology", LifeCycle = "in-use", Consequence = "inappropriate-therapy", FirstSeen = Now.Plus(-TimeSpan.FromDays(30)), LastSeen = Now },
    ];
}
