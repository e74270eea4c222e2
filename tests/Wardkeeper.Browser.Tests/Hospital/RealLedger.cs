using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Audit;
using Wardkeeper.Storage.Ledger;
using Wardkeeper.Storage.Register;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>A ledger in a store of its own, with the real commands, queries and imports.</summary>
internal sealed class RealLedger : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-console-").FullName;
    private readonly StoreFactory stores;
    private readonly HubGate gate;
    private readonly LedgerPart part = new(LocalNetworks.Default);
    private readonly AuditAnchors anchors;

    private RealLedger()
    {
        stores = StoreFactory.Sqlite(Path.Combine(folder, "wardkeeper.db"));
        gate = new HubGate(stores);
        anchors = new AuditAnchors(Path.Combine(folder, "anchors"));
        AuditLog audit = new(stores, anchors, TimeProvider.System, gate);
        LedgerCommands commands = new(gate, part, audit, TimeProvider.System);
        Commands = commands;
        Devices = new DeviceQueries(stores);
        Imports = new RegisterImports(stores, gate, new LedgerCandidates(stores, gate, part), commands, TimeProvider.System);
        Publishings = new PublishingStore(stores, gate, audit, new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Default, new LedgerDirectory(part)), new FindingBook()), TimeProvider.System);
    }

    public ILedgerCommands Commands { get; }

    public IDeviceQueries Devices { get; }

    public IRegisterImports Imports { get; }

    public IPublishings Publishings { get; }

    /// <summary>Makes one.</summary>
    /// <param name="isFilled">Whether it has seen the sample hospital's day.</param>
    public static async Task<RealLedger> MakeAsync(bool isFilled)
    {
        RealLedger ledger = new();
        await using (StoreContext context = ledger.stores.Open()) await context.Database.EnsureCreatedAsync();
        if (isFilled) await ledger.FillAsync();
        return ledger;
    }

    public void Register(IServiceCollection services)
    {
        services.AddSingleton(Commands);
        services.AddSingleton(Devices);
        services.AddSingleton(Imports);
        services.AddSingleton(Publishings);
    }

    public void Dispose()
    {
        gate.Dispose();
        anchors.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, true);
    }

    private async Task FillAsync()
    {
        Collected collected = new();
        using (ICaptureSource source = CaptureFiles.Open([Path.Combine(Checkout.Root, "samples/hospital-day/hospital.pcap")])) new SensorPipeline(new SensorOptions(), source, collected).Run();
        part.Take(new SensorBatch { Sensor = "sample", Sequence = 1, End = default, Observations = collected.Observations, Flows = collected.Flows });
        await using DbConnection connection = await stores.ConnectAsync();
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        part.Save(connection, transaction);
        await transaction.CommitAsync();
        part.Saved();
    }

    private sealed class Collected : ISensorOutput
    {
        public List<Observation> Observations { get; } = [];

        public List<FlowRecord> Flows { get; } = [];

        public void Take(Transaction transaction)
        {
        }

        public void Take(FlowRecord flow) => Flows.Add(flow);

        public void Take(Observation observation) => Observations.Add(observation);

        public void Advance(CaptureTime now)
        {
        }
    }
}
