using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>History of the sample hospital's day in a real store: the real sensor's flows and transactions, each end with the device that has its address in the ledger.</summary>
internal sealed class HospitalHistory : IDeviceResolver, IDisposable
{
    private static readonly Lazy<Gathering> Day = new(Gather);
    private readonly Dictionary<MacAddress, long> byMac = [];
    private readonly Dictionary<Address, long> byIp = [];
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-look-").FullName;
    private readonly HistoryStore store;
    private long sequence;

    private HospitalHistory(IReadOnlyList<DeviceDetail> devices)
    {
        foreach (InterfaceLine attachment in devices.SelectMany(one => one.Interfaces))
        {
            long id = devices.First(one => one.Interfaces.Contains(attachment)).Line.Id;
            if (!attachment.Mac.IsNone) byMac[attachment.Mac] = id;
            foreach (AddressSpan span in attachment.Addresses) byIp[span.Ip] = id;
        }
        store = HistoryStore.Open(folder, new HistoryOptions(), new StoreHealth(TimeProvider.System));
        Queries = new HistoryQueries(store);
    }

    /// <summary>Answers from it.</summary>
    public HistoryQueries Queries { get; }

    /// <summary>Makes the history of a day.</summary>
    /// <param name="devices">The ledger's devices; without any there is no history either.</param>
    public static async Task<HospitalHistory> OfAsync(IReadOnlyList<DeviceDetail> devices)
    {
        HospitalHistory history = new(devices);
        if (devices.Count == 0) return history;
        await history.AppendAsync(Day.Value.Flows, Day.Value.Transactions);
        return history;
    }

    /// <summary>One more flow, as new as the newest.</summary>
    public Task AddLaterAsync() => AppendAsync([Day.Value.Flows.MaxBy(flow => flow.View.Began)!], []);

    private Task AppendAsync(IReadOnlyList<FlowRecord> flows, IReadOnlyList<TransactionRow> transactions)
    {
        SensorBatch batch = new() { Sensor = "ward-1", Sequence = ++sequence, End = flows.Max(flow => flow.View.Began), Flows = flows, Transactions = transactions };
        return store.AppendAsync([new ResolvedBatch(batch, this)]);
    }

    /// <inheritdoc/>
    public long? DeviceOf(MacAddress mac, Address ip) =>
        byIp.TryGetValue(ip, out long device) || (ip.IsNone && byMac.TryGetValue(mac, out device)) ? device : null;

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, true);
    }

    private static Gathering Gather()
    {
        JsonRows rows = new(new PatientNames(showHashes: true));
        Gathering gathered = new(rows);
        using ICaptureSource source = CaptureFiles.Open([Path.Combine(Checkout.Root, "samples/hospital-day/hospital.pcap")]);
        new SensorPipeline(new SensorOptions(), source, gathered).Run();
        return gathered;
    }

    private sealed class Gathering(JsonRows rows) : ISensorOutput
    {
        public List<FlowRecord> Flows { get; } = [];

        public List<TransactionRow> Transactions { get; } = [];

        public void Take(Transaction transaction) => Transactions.Add(TransactionRow.Of(transaction, rows));

        public void Take(FlowRecord flow) => Flows.Add(flow);

        public void Take(Observation observation)
        {
        }

        public void Advance(CaptureTime now)
        {
        }
    }
}
