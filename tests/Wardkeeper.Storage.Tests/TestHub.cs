using System.Data.Common;
using Wardkeeper.Hub.Health;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Storage.Tests;

/// <summary>A running hub path over real stores.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    private TestHub(StoreFactory stores, string folder, HistoryOptions options, IReadOnlyList<IBatchPart> parts)
    {
        Stores = stores;
        Gate = new HubGate(stores);
        History = HistoryStore.Open(System.IO.Path.Combine(folder, "history"), options, Health);
        Queries = new HistoryQueries(History);
        Path = new HubPath(stores, Gate, History, parts, new ByLastByte(), Health, TimeProvider.System);
    }

    public StoreFactory Stores { get; }

    public StoreHealth Health { get; } = new(TimeProvider.System);

    public HubGate Gate { get; }

    public HistoryStore History { get; }

    public HistoryQueries Queries { get; }

    public HubPath Path { get; }

    public static async Task<TestHub> StartAsync(StoreFactory stores, string folder, HistoryOptions? options = null, IReadOnlyList<IBatchPart>? parts = null, Action? betweenCommits = null)
    {
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
        TestHub hub = new(stores, folder, options ?? new HistoryOptions(), parts ?? []);
        hub.Path.BetweenCommits = betweenCommits;
        await hub.Path.LoadAsync();
        hub.running = Task.Run(() => hub.Path.RunAsync(hub.stop.Token));
        return hub;
    }

    /// <summary>Hands in batches and waits for the last receipt.</summary>
    public async Task StoreAsync(params IReadOnlyList<SensorBatch> batches)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long last = batches[^1].Sequence;
        void Receipt(long sequence)
        {
            if (sequence >= last) done.TrySetResult();
        }
        foreach (SensorBatch batch in batches) await Path.DeliverAsync(batch, Receipt, TestContext.Current.CancellationToken);
        await done.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    public async Task<long> AskAsync(string sql)
    {
        await using DbConnection connection = await Stores.ConnectAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        await Path.DisposeAsync();
        History.Dispose();
        Gate.Dispose();
        stop.Dispose();
    }
}
