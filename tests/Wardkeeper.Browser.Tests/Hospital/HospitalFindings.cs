using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Tasks;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>What the real detectors find in the sample hospital's day, in a real store of each console's own.</summary>
internal static class HospitalFindings
{
    private static readonly Lazy<Task<string>> Day = new(DetectAsync);

    /// <summary>Puts the day's findings as a store into a folder; nothing when no device was seen yet.</summary>
    /// <returns>The store's file.</returns>
    public static async Task<string> PutAsync(string folder, bool isEmpty)
    {
        string file = Path.Combine(folder, "wardkeeper.db");
        if (!isEmpty) File.Copy(await Day.Value, file);
        return file;
    }

    /// <summary>Registers what answers from the store.</summary>
    public static void Add(IServiceCollection services, StoreFactory stores)
    {
        services.AddSingleton<HubGate>();
        services.AddSingleton(_ => Restored(stores));
        services.AddSingleton<IFindingQueries, FindingQueries>();
        services.AddSingleton<IFindingCommands, FindingCommands>();
        services.AddSingleton<TaskStore>();
        services.AddSingleton<ITaskQueries>(provider => provider.GetRequiredService<TaskStore>());
        services.AddSingleton<ITaskCommands>(provider => provider.GetRequiredService<TaskStore>());
    }

    /// <summary>The devices with the findings that are open about them, as the ledger's store tells them.</summary>
    public static async Task<IReadOnlyList<DeviceDetail>> CountedAsync(StoreFactory stores, IReadOnlyList<DeviceDetail> devices)
    {
        IReadOnlyDictionary<long, OpenFindings> open = await new FindingQueries(stores, TimeProvider.System).OpenOfAsync([.. devices.Select(device => device.Line.Id)]);
        return [.. devices.Select(device => open.TryGetValue(device.Line.Id, out OpenFindings of) ? device with { Line = device.Line with { OpenFindings = of.Count, WorstSeverity = of.Worst.Word() } } : device)];
    }

    private static FindingBook Restored(StoreFactory stores)
    {
        FindingBook book = new();
        using DbConnection connection = stores.ConnectAsync().GetAwaiter().GetResult();
        new FindingsPart(stores, book, new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Default, new Register()), book)).Load(connection);
        return book;
    }

    /// <summary>Runs the day once; consoles take copies of the file.</summary>
    private static async Task<string> DetectAsync()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("wardkeeper-day-").FullName, "wardkeeper.db");
        StoreFactory stores = StoreFactory.Sqlite(file);
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
        FindingBook book = new();
        Register register = new();
        DetectionPath detection = new(new Knowledge(Site.Unknown, LocalNetworks.Default, register), book);
        using (IntoDetection into = new(detection))
        using (ICaptureSource source = CaptureFiles.Open([Path.Combine(Checkout.Root, "samples/hospital-day/hospital.pcap")]))
            new SensorPipeline(new SensorOptions(), source, into).Run();
        detection.Review(register.Newest);
        await using (DbConnection connection = await stores.ConnectAsync())
        await using (DbTransaction transaction = await connection.BeginTransactionAsync())
        {
            new FindingsPart(stores, book, detection).Save(connection, transaction);
            await transaction.CommitAsync();
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return file;
    }

    /// <summary>The devices of the day as detection asks for them.</summary>
    private sealed class Register : IDeviceDirectory
    {
        private readonly Dictionary<Address, DeviceFacts> byIp = [];
        private readonly Dictionary<MacAddress, DeviceFacts> byMac = [];
        private readonly List<DeviceFacts> all = [];

        public Register()
        {
            foreach (DeviceLine line in HospitalDay.Shared.Select(device => device.Line))
            {
                DeviceFacts facts = new() { Id = line.Id, Name = line.Name, Type = line.Type, Category = line.Category, Department = line.Department, Person = line.Person, LifeCycle = line.LifeCycle, FirstSeen = line.FirstSeen, LastSeen = line.LastSeen, Subject = new Subject(line.Mac, line.Ip, (ushort)line.Vlan), Ips = line.Ip.IsNone ? [] : [line.Ip] };
                all.Add(facts);
                if (!line.Ip.IsNone) byIp.TryAdd(line.Ip, facts);
                if (!line.Mac.IsNone) byMac.TryAdd(line.Mac, facts);
            }
        }

        public CaptureTime Newest => all.Max(facts => facts.LastSeen);

        public bool HasRegister => true;

        public DeviceFacts? Of(Subject subject) => byIp.GetValueOrDefault(subject.Ip) ?? byMac.GetValueOrDefault(subject.Mac);

        public IEnumerable<DeviceFacts> All() => all;
    }

    private sealed class IntoDetection(DetectionPath detection) : ISensorOutput
    {
        private readonly JsonRows rows = new(new PatientNames(showHashes: true));

        public void Take(Transaction transaction) => detection.Take(TransactionRow.Of(transaction, rows));

        public void Take(FlowRecord flow) => detection.Take(flow);

        public void Take(Observation observation) => detection.Take(observation);

        public void Advance(CaptureTime now) => detection.Advance(now);
    }
}
