using System.Diagnostics;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Bench.Platform;

/// <summary>Rows into history: batches as large as the publisher makes them, several to a transaction as with a backlog, the commit's sync included.</summary>
internal static class HistoryRows
{
    private const int Together = 16;

    public static async Task RunAsync(string folder, int rows, Figures figures)
    {
        InventedNetwork network = new(2000);
        await using BenchStores stores = await BenchStores.OpenAsync(folder);
        List<ResolvedBatch> batches = [];
        long sequence = 0, seconds = 0, stored = 0;
        double cpu = 0;
        while (stored < rows)
        {
            batches.Clear();
            for (int i = 0; i < Together; i++) batches.Add(Batch(network, ++sequence, stores));
            long began = Stopwatch.GetTimestamp();
            double before = Environment.CpuUsage.TotalTime.TotalSeconds;
            await stores.History.AppendAsync(batches);
            cpu += Environment.CpuUsage.TotalTime.TotalSeconds - before;
            seconds += Stopwatch.GetTimestamp() - began;
            stored += Together * BatchPublisher.MaxItems;
        }
        figures.AtLeast("history rows", stored / (seconds / (double)Stopwatch.Frequency), 100_000, "a second");
        figures.Say("CPU per 1,000 history rows", cpu * 1e6 / stored, "ms");
    }

    private static ResolvedBatch Batch(InventedNetwork network, long sequence, BenchStores stores)
    {
        FlowRecord[] flows = new FlowRecord[BatchPublisher.MaxItems - (BatchPublisher.MaxItems / 4)];
        TransactionRow[] transactions = new TransactionRow[BatchPublisher.MaxItems / 4];
        CaptureTime at = new(InventedNetwork.Start.Nanoseconds + (sequence * CaptureTime.PerSecond));
        for (int i = 0; i < flows.Length; i++) flows[i] = network.Flow((sequence * flows.Length) + i, at);
        for (int i = 0; i < transactions.Length; i++) transactions[i] = InventedNetwork.Said(flows[i]);
        return new ResolvedBatch(new SensorBatch { Sensor = "bench", Sequence = sequence, End = at, Flows = flows, Transactions = transactions }, stores.Ledger);
    }
}
