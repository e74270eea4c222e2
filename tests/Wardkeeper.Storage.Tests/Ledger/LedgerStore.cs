using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>A ledger on an empty store of its own, written and read as the hub's path does.</summary>
internal sealed class LedgerStore : IAsyncDisposable, IAuditLog
{
    private readonly TestFolder folder;
    private readonly HubGate gate;
    private DbConnection? connection;

    private LedgerStore(TestFolder folder, StoreFactory stores, LedgerLimits? limits)
    {
        this.folder = folder;
        Stores = stores;
        gate = new HubGate(Stores);
        Limits = limits;
        Part = new LedgerPart(LocalNetworks.Default, limits);
        Commands = new LedgerCommands(gate, Part, this, new StoppedClock());
        Queries = new DeviceQueries(Stores);
    }

    /// <summary>A ledger on a store of this kind.</summary>
    public static async Task<LedgerStore> MakeAsync(string kind, PostgresServer server, LedgerLimits? limits = null)
    {
        TestFolder folder = new();
        StoreFactory stores = await Tests.Stores.MakeAsync(kind, folder, server);
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
        return new LedgerStore(folder, stores, limits);
    }

    public static Actor Engineer { get; } = new("li", new HashSet<Role> { Role.ClinicalEngineer });

    public LedgerLimits? Limits { get; }

    public StoreFactory Stores { get; }

    public LedgerPart Part { get; }

    public LedgerCommands Commands { get; }

    public DeviceQueries Queries { get; }

    public List<string> Audited { get; } = [];

    /// <summary>What the audit log does when it is asked to append.</summary>
    public Exception? AuditFails { get; set; }

    /// <summary>Takes observations and stores what they changed.</summary>
    public async Task TakeAsync(IReadOnlyList<Observation> observations, IReadOnlyList<FlowRecord>? flows = null)
    {
        Part.Take(new SensorBatch { Sensor = "s", Sequence = 1, End = default, Observations = observations, Flows = flows ?? [] });
        await SaveAsync();
    }

    public async Task SaveAsync()
    {
        connection ??= await Stores.ConnectAsync();
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        Part.Save(connection, transaction);
        await transaction.CommitAsync();
        Part.Saved();
    }

    /// <summary>A ledger read anew from the store.</summary>
    public async Task<LedgerPart> ReadAsync()
    {
        await using DbConnection reading = await Stores.ConnectAsync();
        LedgerPart part = new(LocalNetworks.Default, Limits);
        part.Load(reading);
        return part;
    }

    public Task AppendAsync(Actor who, string action, string subject, string? before = null, string? after = null, string? reason = null, CancellationToken cancel = default)
    {
        Assert.NotNull(gate.Current);
        if (AuditFails is { } failure) throw failure;
        Audited.Add($"{who.Name} {action} {subject} {before} -> {after} ({reason})");
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
        gate.Dispose();
        SqliteConnection.ClearAllPools();
        folder.Dispose();
    }

    /// <summary>Everything a ledger knows, as text: two ledgers with the same text behave alike.</summary>
    public static string Dump(LiveLedger ledger)
    {
        StringBuilder text = new();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"now {ledger.Now.Nanoseconds} facts {ledger.NextFacts} refused {ledger.Refused} candidates {ledger.Candidates} dropped {ledger.Numbers.CandidatesDropped} next {ledger.Numbers.NextClaim} {ledger.Numbers.NextTime} {ledger.Numbers.NextInterface} {ledger.Numbers.NextDevice} {ledger.Numbers.NextEvent}");
        foreach (LiveDevice device in ledger.Devices.Values.OrderBy(device => device.Number))
        {
            DeviceState state = DeviceState.Of(device, ledger.Book);
            Line($"{device} r{device.Revision} {device.LifeCycle} {device.LifeCycleAt.Nanoseconds} into {device.MergedInto} {device.IsRegistered} {device.IsRetiredButAlive} [{string.Join(',', device.Interfaces.Select(one => one.Number).Order())}] {state.Ip} {state.Mac} {state.Vlan} {state.SearchText().ReplaceLineEndings("|")}");
            foreach (FieldValue field in state.Fields.Values) Line($"  {field.Field}={field.Value}/{field.Guess}/{field.Confidence}/{field.ConfirmedBy}/{field.HasConflict}/{field.Reason}");
        }
        foreach (LiveInterface one in ledger.Interfaces.OrderBy(one => one.Number)) Line($"i{one.Number} {one.Mac} {one.Ip} {one.Device} {one.IsPinned} {string.Join(',', one.Notes(ledger.IsRouter(one.Mac)))}");
        foreach (Facts facts in ledger.Facts.OrderBy(facts => facts.Number))
        {
            Line($"f{facts.Number} {facts.Mac} {facts.Ip} {facts.Through} {facts.Vlan} {facts.First.Nanoseconds} {facts.Last.Nanoseconds} {facts.FirstPacket} {facts.Bytes} {facts.Signs} {facts.Dropped} o{facts.Operation} {facts.Source} i{ledger.InterfaceOf(facts)?.Number}");
            foreach (ClaimTally claim in facts.Claims.OrderBy(claim => claim.Number)) Line($"  c{claim.Number} {claim.Kind} {claim.Value} {claim.Source} {claim.Origin} {claim.First.Nanoseconds} {claim.Last.Nanoseconds} {claim.Count} {claim.Uid} {claim.Packet} {claim.Bytes}");
            foreach (ServiceTally service in facts.Offered.Concat(facts.Used).OrderBy(service => (service.Carrier, service.Port))) Line($"  s {service.Carrier} {service.Port} {service.Protocol} {service.Banner} {service.Flows} {service.Uid}");
        }
        foreach (AddressTime time in ledger.Times.OrderBy(time => time.Number)) Line($"t{time.Number} f{time.Facts.Number} {time.First.Nanoseconds} {time.Last.Nanoseconds} {time.Assignment} {time.IsOver} {ledger.IsPast(time)}");
        foreach ((MacAddress mac, AddressEntry entry) in ledger.Book.Entries.Where(pair => pair.Value.Bound.Count + pair.Value.Carried.Count > 0).OrderBy(pair => pair.Key)) Line($"b {mac} {string.Join(',', entry.Bound.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}@{pair.Value.Nanoseconds}"))} {string.Join(',', entry.Carried.Order())} {entry.Foreign} {ledger.Book.IsRouter(mac)}");
        foreach ((Address ip, AddressOwner owner) in ledger.Book.Owners.OrderBy(pair => pair.Key)) Line($"o {ip} {owner}");
        return text.ToString();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(1_000_000);
    }
}
