using System.Data.Common;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Incidents;
using Wardkeeper.Storage.Ledger;
using Wardkeeper.Storage.Tasks;

namespace Wardkeeper.Storage.Tests.Findings;

/// <summary>The findings' part of a hub on a store of its own: batches go in, people act, and it can be restarted.</summary>
internal sealed class FindingHub : IAsyncDisposable
{
    private readonly string? folder;
    private readonly StoreFactory stores;
    private readonly HubGate gate;
    private FindingsPart part = null!;
    private IncidentsPart incidents = null!;
    private long sequence;

    private FindingHub(StoreFactory stores, string? folder)
    {
        (this.stores, this.folder) = (stores, folder);
        gate = new HubGate(stores);
        Queries = new FindingQueries(stores, Clock);
    }

    public static Actor Analyst { get; } = new("wang", new HashSet<Role> { Role.Analyst });

    public static Actor Engineer { get; } = new("li", new HashSet<Role> { Role.ClinicalEngineer });

    public static Actor Nurse { get; } = new("zhao", new HashSet<Role> { Role.Viewer }, new HashSet<string> { "ICU" });

    public WallTime Clock { get; } = new();

    public Entries Audit { get; } = new();

    public Devices Ledger { get; } = new();

    public FindingBook Book { get; private set; } = null!;

    public IFindingQueries Queries { get; }

    public IFindingCommands Commands { get; private set; } = null!;

    public TaskStore Tasks { get; private set; } = null!;

    public IIncidentQueries Incidents { get; private set; } = null!;

    public IIncidentCommands Decide { get; private set; } = null!;

    /// <summary>Batches are kept from being stored while this is set.</summary>
    public bool IsDiskFull { get; set; }

    public static async Task<FindingHub> StartAsync()
    {
        // Another server than a file of one's own is named by whoever runs the tests; its database must be empty and is left so.
        string? postgres = Environment.GetEnvironmentVariable("WARDKEEPER_TEST_FINDINGS_POSTGRES"), folder = postgres is null ? Directory.CreateTempSubdirectory("wardkeeper-findings-").FullName : null;
        FindingHub hub = new(postgres is null ? StoreFactory.Sqlite(Path.Combine(folder!, "wardkeeper.db")) : StoreFactory.Postgres(postgres + ";Database=find" + Interlocked.Increment(ref databases)), folder);
        await using (StoreContext context = hub.stores.Open())
        {
            if (postgres is not null) await context.Database.EnsureDeletedAsync();
            await context.Database.EnsureCreatedAsync();
        }
        await hub.RestartAsync();
        return hub;
    }

    /// <summary>Forgets everything in memory and begins with what is stored.</summary>
    public async Task RestartAsync()
    {
        Book = new FindingBook();
        part = new FindingsPart(stores, Book, new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Default, Ledger), Book));
        await using DbConnection connection = await stores.ConnectAsync();
        incidents = new IncidentsPart(stores, Book);
        part.Load(connection);
        incidents.Load(connection);
        Incidents = new IncidentQueries(stores, Clock);
        Decide = new IncidentCommands(gate, Book, Audit, Clock);
        Commands = new FindingCommands(gate, Book, Queries, Audit, Clock);
        Tasks = new TaskStore(stores, gate, new LedgerCommands(gate, new LedgerPart(LocalNetworks.Default), Audit, Clock), Audit, Clock);
    }

    /// <summary>A batch of flows to database ports: who, whom, at which second.</summary>
    public async Task SeesAsync(params (string From, string To, ushort Port, long Second)[] flows)
    {
        part.Take(new SensorBatch { Sensor = "eth1", Sequence = ++sequence, End = CaptureTime.FromSeconds(flows.Max(flow => flow.Second)), Flows = [.. flows.Select(Flow)] });
        await SaveAsync();
    }

    /// <summary>Somebody acts upon somebody: a finding each, of a type that tells of what somebody does.</summary>
    public async Task RaisesAsync(params (string Actor, string Target, long Second)[] acts)
    {
        FindingType type = DetectorRegistry.Types["brute-force"] with { Severity = Severity.Medium };
        foreach ((string actor, string target, long second) in acts)
            Book.Raise(new Sighting { Type = type, Subject = At(actor), Peer = At(target), Confidence = 0.9, Facts = [], Evidence = new Evidence(CaptureTime.FromSeconds(second), "C" + second) });
        await SaveAsync();
    }

    /// <summary>Rules match traffic of machines on the tenth day.</summary>
    public async Task RulesHitAsync(params (long Sid, string Says, string Machine)[] hits)
    {
        foreach ((long sid, string says, string machine) in hits)
        {
            string number = sid.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Book.Raise(new Sighting { Type = DetectorRegistry.Types["signature-alert"], Subject = At(machine), Discriminator = number, Confidence = 0.7, Arguments = [says, number, "203.0.113.9"], Facts = [], Evidence = new Evidence(CaptureTime.FromSeconds(9 * 86_400)) });
        }
        await SaveAsync();
    }

    public async Task<IncidentDetail> IncidentAsync(long number) => Assert.IsType<IncidentDetail>(await Incidents.GetAsync(number));

    /// <summary>Numbers of the findings of an incident, in the order of its storyline.</summary>
    public async Task<string> StepsAsync(long number) => string.Join(' ', (await IncidentAsync(number)).Steps.Select(step => step.Finding.Number));

    public async Task SaveAsync()
    {
        if (IsDiskFull) return;
        await using DbConnection connection = await stores.ConnectAsync();
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        part.Save(connection, transaction);
        incidents.Save(connection, transaction);
        await transaction.CommitAsync();
        part.Saved();
        incidents.Saved();
    }

    public async Task<FindingDetail> GetAsync(long number) => Assert.IsType<FindingDetail>(await Queries.GetAsync(number));

    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        if (folder is null)
        {
            await using StoreContext context = stores.Open();
            await context.Database.EnsureDeletedAsync();
            return;
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static int databases;

    private Party At(string ip)
    {
        Subject subject = Subject.Of(default, Ip(ip));
        return new Party(subject, 0, Ledger.Of(subject));
    }

    private static Address Ip(string text) => Address.TryParse(text, out Address address) ? address : throw new FormatException(text);

    private static FlowRecord Flow((string From, string To, ushort Port, long Second) flow) => new()
    {
        View = new FlowView { Uid = $"C{flow.Second}", Carrier = Carrier.Tcp, Began = CaptureTime.FromSeconds(flow.Second), OriginatorAddress = Ip(flow.From), ResponderAddress = Ip(flow.To), OriginatorPort = 40_000, ResponderPort = flow.Port },
        ConnState = "SF",
        History = "ShADadFf",
        CommunityId = "",
        OriginatorPackets = 3,
        ResponderPackets = 3,
        ResponderBytes = 100,
    };

    /// <summary>Devices by address.</summary>
    internal sealed class Devices : IDeviceDirectory
    {
        private readonly Dictionary<Address, DeviceFacts> byIp = [];

        public bool HasRegister => false;

        public void Knows(string ip, long id, string name, string? department) =>
            byIp[Ip(ip)] = new DeviceFacts { Id = id, Name = name, Department = department, Type = "infusion-pump", Category = "infusion", Person = "Li Na", Ips = [Ip(ip)] };

        public DeviceFacts? Of(Subject subject) => byIp.GetValueOrDefault(subject.Ip);

        public IEnumerable<DeviceFacts> All() => byIp.Values;
    }

    /// <summary>The clock on the wall, set by the test.</summary>
    internal sealed class WallTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public CaptureTime In(TimeSpan span) => new((Now + span - DateTimeOffset.UnixEpoch).Ticks * 100);
    }

    /// <summary>What was audited; the log itself is tested where it lives.</summary>
    internal sealed class Entries : IAuditLog
    {
        public List<string> All { get; } = [];

        public Task AppendAsync(Actor who, string action, string subject, string? before = null, string? after = null, string? reason = null, CancellationToken cancel = default)
        {
            All.Add($"{who.Name} {action} {subject}: {before} -> {after} ({reason})");
            return Task.CompletedTask;
        }
    }
}
