using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Bench.Platform;

/// <summary>2,000 devices for a month: the hub takes every flow and some observations, then history is asked as the pages ask.</summary>
internal static class ThirtyDays
{
    private const int Devices = 2000, Each = 3072, Rounds = 5;

    public static async Task RunAsync(string folder, int days, int flows, Figures figures)
    {
        ProcessFigures.ForgetPeak();
        await using BenchStores stores = await BenchStores.OpenAsync(folder);
        await stores.RunAsync();
        long began = Stopwatch.GetTimestamp();
        await FillAsync(stores, days, flows);
        figures.Say(string.Create(CultureInfo.InvariantCulture, $"taking {flows:N0} flows of {days} days, generated meanwhile"), flows / Stopwatch.GetElapsedTime(began).TotalSeconds, "a second");
        figures.AtMost("resident memory of hub and stores meanwhile, at its peak", ProcessFigures.Megabytes(Environment.ProcessId, "VmHWM:"), 1024, "MB");
        HistoryQueries queries = new(stores.History);
        HistoryRange range = await queries.RangeAsync();
        figures.Say("history on disk", range.Bytes / 1e6, "MB");
        long device = stores.Ledger.DeviceOf(InventedNetwork.Of(770).Mac, InventedNetwork.Ip(770)) ?? throw new InvalidOperationException("the ledger does not know device 770");
        long server = stores.Ledger.DeviceOf(InventedNetwork.Of(3).Mac, InventedNetwork.Ip(3)) ?? throw new InvalidOperationException("the ledger does not know server 3");
        CaptureTime from = Day(days / 2), to = Day((days / 2) + 1);
        FlowFilter day = new() { From = from, To = to };
        SortOrder latest = new("time", true);
        PageRequest page = new(1);
        await AskAsync(figures, "flows of a device and day", 1, () => queries.FlowsAsync(day with { Device = device }, latest, page));
        await AskAsync(figures, "transactions of a device and day", 1, () => queries.TransactionsAsync(new TransactionFilter { From = from, To = to, Device = device }, latest, page));
        await AskAsync(figures, "peers of a device and day", 1, () => queries.PeersAsync(device, day));
        await AskAsync(figures, "traffic of a server and day by hour", 1, () => queries.ActivityAsync(day with { Device = server }, TimeSpan.FromHours(1)));
        await AskAsync(figures, "flows of a device, all days", null, () => queries.FlowsAsync(new FlowFilter { Device = device }, latest, page));
        await AskAsync(figures, "flows between two devices, all days", null, () => queries.FlowsAsync(new FlowFilter { Device = device, PeerDevice = server }, latest, page));
        await AskAsync(figures, "flows of a protocol, all days", null, () => queries.FlowsAsync(new FlowFilter { Protocols = ["dicom"] }, latest, page));
        await AskAsync(figures, "flows of an hour", null, () => queries.FlowsAsync(new FlowFilter { From = from, To = new CaptureTime(from.Nanoseconds + (3600 * CaptureTime.PerSecond)) }, latest, page));
        await AskAsync(figures, "latest flows", null, () => queries.FlowsAsync(new FlowFilter(), latest, page));
        await AskAsync(figures, "who talked to whom, a day", null, () => queries.PairsAsync(day));
    }

    private static CaptureTime Day(int day) => new(InventedNetwork.Start.Nanoseconds + (day * 86_400L * CaptureTime.PerSecond));

    /// <summary>Streams the month through the hub; the inbox's bound holds the generator up.</summary>
    private static async Task FillAsync(BenchStores stores, int days, int flows)
    {
        InventedNetwork network = new(Devices);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long last = ((flows + Each - 1) / Each) + 1, sequence = 1, step = Day(days).Since(Day(0)).Ticks * 100 / flows;
        void Receipt(long stored)
        {
            if (stored >= last) done.TrySetResult();
        }
        await stores.Path.DeliverAsync(new SensorBatch { Sensor = "bench", Sequence = sequence, End = InventedNetwork.Start, Observations = [.. Enumerable.Range(0, Devices).SelectMany(device => network.Arrival(device, InventedNetwork.Start))] }, Receipt);
        for (long first = 0; first < flows; first += Each)
        {
            FlowRecord[] some = new FlowRecord[Math.Min(Each, flows - first)];
            List<TransactionRow> said = [];
            for (int i = 0; i < some.Length; i++)
            {
                some[i] = network.Flow(first + i, new CaptureTime(InventedNetwork.Start.Nanoseconds + ((first + i) * step)));
                if (i % 10 == 0) said.Add(InventedNetwork.Said(some[i]));
            }
            CaptureTime end = some[^1].View.Began;
            Observation[] seen = [.. Enumerable.Range(0, some.Length / 10).Select(i => network.Observed(((first + i) * 10) + 1, end))];
            await stores.Path.DeliverAsync(new SensorBatch { Sensor = "bench", Sequence = ++sequence, End = end, Observations = seen, Flows = some, Transactions = said }, Receipt);
        }
        await done.Task;
    }

    private static async Task AskAsync<T>(Figures figures, string what, double? bar, Func<Task<T>> ask)
    {
        double[] times = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await ask();
            times[i] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        if (bar is { } most) figures.AtMost(what, times.Max(), most, "s");
        else figures.Say(what, times.Max(), "s");
    }
}
