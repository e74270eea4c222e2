using System.Collections.Concurrent;
using System.Diagnostics;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;

namespace Wardkeeper.Bench.Platform;

/// <summary>
/// From the sensor's hand to the receipt: publisher, spool on disk, hub with ledger and findings, both stores. Once as fast as it
/// goes, once at the rate that must be reached: there the receipt's delay is measured, from the oldest observation of a batch on.
/// </summary>
internal static class EndToEnd
{
    private const int Devices = 10_000, Rate = 20_000, Grain = 100;

    public static async Task RunAsync(string folder, string? postgres, int observations, Figures figures)
    {
        InventedNetwork network = new(Devices);
        await using BenchStores stores = await BenchStores.OpenAsync(folder, postgres);
        await stores.RunAsync();
        await SendAsync(stores, System.IO.Path.Combine(folder, "spool-arrival"), "arrival", [.. Enumerable.Range(0, Devices).SelectMany(device => network.Arrival(device, InventedNetwork.Start))], [], null);
        (Observation[] seen, FlowRecord[] flows) = Make(network, 1, observations);
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        (double seconds, _) = await SendAsync(stores, System.IO.Path.Combine(folder, "spool-flood"), "flood", seen, flows, null);
        cpu = Environment.CpuUsage.TotalTime.TotalSeconds - cpu;
        figures.AtLeast("observations end to end, 90 % repeats", observations / seconds, Rate, "a second");
        figures.Say("CPU per 1,000 observations, spool and a flow per five included", cpu * 1e6 / observations, "ms");
        (seen, flows) = Make(network, observations + 1, observations);
        (_, double[] delays) = await SendAsync(stores, System.IO.Path.Combine(folder, "spool-paced"), "paced", seen, flows, Rate);
        figures.Say("receipt at 20,000 observations a second, half within", Figures.Quantile(delays, 0.5), "s");
        figures.AtMost("receipt at 20,000 observations a second, 99 % within", Figures.Quantile(delays, 0.99), 2, "s");
    }

    private static (Observation[] Seen, FlowRecord[] Flows) Make(InventedNetwork network, long first, int count)
    {
        Observation[] seen = new Observation[count];
        FlowRecord[] flows = new FlowRecord[count / 5];
        for (int i = 0; i < count; i++) seen[i] = network.Observed(first + i, At(first + i));
        for (int i = 0; i < flows.Length; i++) flows[i] = network.Flow(first + i, At(first + (i * 5L)));
        return (seen, flows);
    }

    private static CaptureTime At(long number) => new(InventedNetwork.Start.Nanoseconds + (number * (CaptureTime.PerSecond / Rate)));

    /// <summary>Sends everything and waits for the last receipt; at a rate, or as fast as it is taken.</summary>
    private static async Task<(double Seconds, double[] Delays)> SendAsync(BenchStores stores, string spool, string sensor, Observation[] seen, FlowRecord[] flows, int? rate)
    {
        Watch watch = new(stores.Path, seen.Length);
        await using SensorLink link = await SensorLink.OpenAsync(sensor, spool, watch, waits: true);
        long began = Stopwatch.GetTimestamp(), ticked = began;
        for (int i = 0; i < seen.Length; i++)
        {
            if (i % Grain == 0)
            {
                if (rate is { } most) await WaitUntilAsync(began, i / (double)most);
                watch.Sent[i / Grain] = Stopwatch.GetTimestamp();
                link.Publisher.Advance(seen[i].At);
                if (Stopwatch.GetElapsedTime(ticked).TotalSeconds >= 0.5)
                {
                    // As a live sensor does, twice a second.
                    link.Publisher.Tick();
                    ticked = Stopwatch.GetTimestamp();
                }
            }
            link.Publisher.Take(seen[i]);
            if (i % 5 != 0 || i / 5 >= flows.Length) continue;
            link.Publisher.Take(flows[i / 5]);
        }
        link.Publisher.Tick();
        await watch.Done;
        return (Stopwatch.GetElapsedTime(began).TotalSeconds, [.. watch.Delays]);
    }

    private static async Task WaitUntilAsync(long began, double second)
    {
        double early = second - Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (early > 0.002) await Task.Delay(TimeSpan.FromSeconds(early));
    }

    /// <summary>Stands before the hub and looks at the clock when receipts go out.</summary>
    private sealed class Watch(IBatchReceiver hub, int all) : IBatchReceiver
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentQueue<(long Sequence, int First, int End)> under = new();
        private int delivered;

        /// <summary>When every hundredth observation was handed to the publisher.</summary>
        public long[] Sent { get; } = new long[(all / Grain) + 1];

        public ConcurrentQueue<double> Delays { get; } = new();

        public Task Done => done.Task;

        public Task<long> AppliedAsync(string sensor, CancellationToken cancel = default) => hub.AppliedAsync(sensor, cancel);

        public ValueTask DeliverAsync(SensorBatch batch, Action<long> receipt, CancellationToken cancel = default)
        {
            under.Enqueue((batch.Sequence, delivered, delivered + batch.Observations.Count));
            delivered += batch.Observations.Count;
            return hub.DeliverAsync(batch, sequence => Received(sequence, receipt), cancel);
        }

        private void Received(long sequence, Action<long> receipt)
        {
            receipt(sequence);
            while (under.TryPeek(out (long Sequence, int First, int End) batch) && batch.Sequence <= sequence)
            {
                under.TryDequeue(out _);
                Delays.Enqueue(Stopwatch.GetElapsedTime(Sent[batch.First / Grain]).TotalSeconds);
                if (batch.End >= all) done.TrySetResult();
            }
        }
    }
}
