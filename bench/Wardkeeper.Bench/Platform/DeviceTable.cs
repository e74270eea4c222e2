using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Audit;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Bench.Platform;

/// <summary>The table of a very large hospital: filled by observing and by adding 20,000 devices at once, asked as the page asks, read again at a start.</summary>
internal static class DeviceTable
{
    private const int Added = 20_000, Rounds = 7;
    private static readonly string[] Departments = ["ICU", "Radiology", "Cardiology", "手术室", "急诊科", "儿科"];

    public static async Task RunAsync(string folder, string? postgres, int devices, Figures figures)
    {
        await using (BenchStores stores = await BenchStores.OpenAsync(folder, postgres))
        {
            await stores.RunAsync();
            await ObserveAsync(stores, devices - Added, figures);
            await AddAsync(stores, folder, figures);
        }
        await using BenchStores again = await BenchStores.OpenAsync(folder, postgres);
        long began = Stopwatch.GetTimestamp();
        await again.Path.LoadAsync();
        figures.Say($"reading {devices:N0} devices at start", Stopwatch.GetElapsedTime(began).TotalSeconds, "s");
        DeviceQueries queries = new(again.Stores);
        await AskAsync(figures, "first rows of the table, first question after a start", 300, 1, () => queries.FindAsync(new DeviceFilter(), new SortOrder("name"), new PageRequest(1)));
        foreach (string column in new[] { "name", "type", "department", "-last-seen", "findings" })
            await AskAsync(figures, "first rows by " + column, 300, Rounds, () => queries.FindAsync(new DeviceFilter(), SortOrder.Parse(column), new PageRequest(1)));
        (string What, DeviceFilter Filter)[] filters =
        [
            ("by department", new DeviceFilter { Departments = ["ICU"] }),
            ("by type and maker", new DeviceFilter { Types = ["unknown"], Vendors = ["Mindray"] }),
            ("by subnet", new DeviceFilter { Subnets = ["10.0.16.0/20"] }),
            ("by protocol", new DeviceFilter { Protocols = ["dicom"] }),
            ("by text that many have", new DeviceFilter { Text = "pump" }),
            ("by text that one has", new DeviceFilter { Text = "monitor-000777" }),
            ("by text that nobody has", new DeviceFilter { Text = "no such thing" }),
            ("by two departments and text", new DeviceFilter { Departments = ["手术室", "ICU"], Text = "ZC2026" }),
        ];
        foreach ((string what, DeviceFilter filter) in filters) await AskAsync(figures, "filter " + what, 500, Rounds, () => queries.FindAsync(filter, new SortOrder("name"), new PageRequest(1)));
        await AskAsync(figures, "counting by department", 500, Rounds, () => queries.CountByAsync("department", new DeviceFilter()));
        await AskAsync(figures, "one device", 500, Rounds, () => queries.GetAsync(777));
    }

    private static async Task ObserveAsync(BenchStores stores, int devices, Figures figures)
    {
        const int Each = 1000;
        InventedNetwork network = new(devices);
        long began = Stopwatch.GetTimestamp();
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long last = (devices + Each - 1) / Each;
        for (int first = 0; first < devices; first += Each)
        {
            CaptureTime at = new(InventedNetwork.Start.Nanoseconds + (first / Each * CaptureTime.PerSecond));
            Observation[] seen = [.. Enumerable.Range(first, Math.Min(Each, devices - first)).SelectMany(device => network.Arrival(device, at))];
            await stores.Path.DeliverAsync(new SensorBatch { Sensor = "bench", Sequence = (first / Each) + 1, End = at, Observations = seen }, sequence =>
            {
                if (sequence >= last) done.TrySetResult();
            });
        }
        await done.Task;
        figures.Say($"new devices from observing, {devices:N0}", devices / Stopwatch.GetElapsedTime(began).TotalSeconds, "a second");
    }

    private static async Task AddAsync(BenchStores stores, string folder, Figures figures)
    {
        AuditLog audit = new(stores.Stores, new AuditAnchors(Path.Combine(folder, "audit-anchors")), TimeProvider.System, stores.Gate);
        LedgerCommands commands = new(stores.Gate, stores.Ledger, audit, TimeProvider.System);
        LedgerChange[] changes = [.. Enumerable.Range(0, Added).Select(one => new AddDevice(new Dictionary<string, string?>
        {
            ["name"] = string.Create(CultureInfo.InvariantCulture, $"输液泵 {one}"),
            ["type"] = "infusion-pump",
            ["department"] = Departments[one % Departments.Length],
            ["bed"] = string.Create(CultureInfo.InvariantCulture, $"{one % 400}"),
            ["assetTag"] = string.Create(CultureInfo.InvariantCulture, $"ZC2026{one:D6}"),
            ["serialNumber"] = string.Create(CultureInfo.InvariantCulture, $"SN{one:D7}"),
            ["person"] = "刘勇",
        }))];
        long began = Stopwatch.GetTimestamp();
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        LedgerResult result = await commands.ApplyAsync(new Actor("bench", new HashSet<Role> { Role.ClinicalEngineer }), changes, "register");
        if (result.Status != LedgerStatus.Done) throw new InvalidOperationException(result.Problems[0].Message);
        figures.AtMost("adding 20,000 devices of seven fields in one operation", Stopwatch.GetElapsedTime(began).TotalSeconds, 10, "s");
        figures.Say("its CPU", Environment.CpuUsage.TotalTime.TotalSeconds - cpu, "s");
    }

    private static async Task AskAsync<T>(Figures figures, string what, double bar, int rounds, Func<Task<T>> ask)
    {
        double[] times = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await ask();
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        figures.AtMost(what + (rounds == 1 ? "" : ", slowest of " + rounds.ToString(CultureInfo.InvariantCulture)), times.Max(), bar, "ms");
    }
}
