using System.Data.Common;
using System.Threading.Channels;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;
using Wardkeeper.Storage.Batches;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Storage;

/// <summary>
/// A batch from the sensor's hand to both stores, top to bottom; read this first. Batches are taken in order: the parts take them
/// in memory, one transaction stores what changed together with how far it came, then history stores its rows likewise, then the
/// receipt goes out. Each store skips what it has, so a batch that comes again changes nothing. Several batches share a
/// transaction when there is a backlog. A store that refuses is tried again until it takes; meanwhile the inbox fills, sensors
/// keep their batches in their spools, and nothing is taken twice.
/// </summary>
internal sealed class HubPath : IBatchReceiver, Wardkeeper.Hub.Findings.IFindingDoor, IAsyncDisposable
{
    private const int InboxBatches = 64, MaxItems = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<(SensorBatch Batch, Action<long> Receipt)> inbox = Channel.CreateBounded<(SensorBatch, Action<long>)>(new BoundedChannelOptions(InboxBatches) { SingleReader = true });
    private readonly StoreFactory stores;
    private readonly HubGate gate;
    private readonly HistoryStore history;
    private readonly IDeviceResolver devices;
    private readonly StoreHealth health;
    private readonly TimeProvider clock;
    private readonly SensorsPart sensors;
    private readonly IReadOnlyList<IBatchPart> parts;
    private readonly SemaphoreSlim turn = new(1, 1);
    private DbConnection? connection;
    private bool isUnsaved;

    /// <summary>Makes the path; <see cref="LoadAsync"/> comes next.</summary>
    /// <param name="stores">The relational store, with its tables.</param>
    /// <param name="gate">The door that edits pass too.</param>
    /// <param name="history">History.</param>
    /// <param name="parts">What takes batches, in this order.</param>
    /// <param name="devices">Says whose an address is, after the parts took the batch.</param>
    /// <param name="health">Where troubles are reported.</param>
    /// <param name="clock">Wall clock, for when batches came.</param>
    public HubPath(StoreFactory stores, HubGate gate, HistoryStore history, IReadOnlyList<IBatchPart> parts, IDeviceResolver devices, StoreHealth health, TimeProvider clock)
    {
        (this.stores, this.gate, this.history, this.devices, this.health, this.clock) = (stores, gate, history, devices, health, clock);
        sensors = new SensorsPart(clock);
        this.parts = [sensors, .. parts];
        gate.Unsaved = SaveIfUnsavedAsync;
    }

    /// <summary>Called between the two commits of a batch; tests stop the process here.</summary>
    public Action? BetweenCommits { get; set; }

    /// <summary>Batches stored since the start.</summary>
    public long Stored { get; private set; }

    /// <summary>Called after batches were stored, outside the gate: what shows them may look again.</summary>
    public event EventHandler<BatchesStored>? WasStored;

    /// <summary>Reads what the parts need; once, before anything else.</summary>
    public async Task LoadAsync(CancellationToken cancel = default)
    {
        await using DbConnection loading = await stores.ConnectAsync(cancel);
        foreach (IBatchPart part in parts) part.Load(loading);
    }

    /// <inheritdoc/>
    public async Task<long> AppliedAsync(string sensor, CancellationToken cancel = default)
    {
        using IDisposable pass = await gate.EnterAsync(cancel);
        return Math.Max(sensors.AppliedOf(sensor), history.AppliedOf(sensor));
    }

    /// <inheritdoc/>
    public ValueTask DeliverAsync(SensorBatch batch, Action<long> receipt, CancellationToken cancel = default) => inbox.Writer.WriteAsync((batch, receipt), cancel);

    /// <summary>Takes nothing more; <see cref="RunAsync"/> ends when everything in the inbox is stored.</summary>
    public void Complete() => inbox.Writer.TryComplete();

    /// <summary>Stores what comes until it is cancelled, or until <see cref="Complete"/> and the inbox is empty.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (await inbox.Reader.WaitToReadAsync(cancel))
        {
            List<SensorBatch> batches = [];
            Dictionary<(string, Action<long>), long> receipts = [];
            for (int items = 0; items < MaxItems && inbox.Reader.TryRead(out (SensorBatch Batch, Action<long> Receipt) one);)
            {
                batches.Add(one.Batch);
                receipts[(one.Batch.Sensor, one.Receipt)] = one.Batch.Sequence;
                items += one.Batch.Observations.Count + one.Batch.Flows.Count + one.Batch.Transactions.Count + 1;
            }
            using (await PauseAsync(cancel)) await StoreAsync(batches, cancel);
            Stored += batches.Count;
            foreach (((_, Action<long> receipt), long sequence) in receipts) receipt(sequence);
            WasStored?.Invoke(this, new BatchesStored(batches));
        }
        await ConcludeAsync();
    }

    /// <summary>What parts keep for their next start. A store that refuses now keeps what it had.</summary>
    private async Task ConcludeAsync()
    {
        foreach (IBatchPart part in parts) part.Conclude();
        isUnsaved = true;
        try
        {
            await SaveInsideAsync();
        }
        catch (Exception e) when (StoreFaults.IsStoreFault(e))
        {
            (StoreTroubleKind kind, string message) = StoreFaults.Explain(e);
            health.Report("ledger", kind, message);
        }
    }

    /// <inheritdoc/>
    public async Task TakeAsync(Action take, CancellationToken cancel = default)
    {
        using IDisposable pass = await gate.EnterAsync(cancel);
        take();
        isUnsaved = true;
        try
        {
            await SaveIfUnsavedAsync();
        }
        catch (Exception e) when (StoreFaults.IsStoreFault(e))
        {
            (StoreTroubleKind kind, string message) = StoreFaults.Explain(e);
            health.Report("ledger", kind, message);
        }
    }

    /// <summary>Waits until what is under way is in both stores, and lets nothing more pass until the answer is disposed of. Edits go on.</summary>
    public async Task<IDisposable> PauseAsync(CancellationToken cancel = default)
    {
        await turn.WaitAsync(cancel);
        return new Turn(turn);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Complete();
        gate.Unsaved = null;
        turn.Dispose();
        if (connection is not null) await connection.DisposeAsync();
    }

    private async Task StoreAsync(List<SensorBatch> batches, CancellationToken cancel)
    {
        List<ResolvedBatch> resolved = await TakeAsync(batches, cancel);
        await UntilItHolds("ledger", SaveInsideAsync, cancel);
        BetweenCommits?.Invoke();
        await UntilItHolds("history", () => history.AppendAsync(resolved), cancel);
    }

    /// <summary>Takes batches in memory, those that are new, and asks whose the addresses are now.</summary>
    private async Task<List<ResolvedBatch>> TakeAsync(List<SensorBatch> batches, CancellationToken cancel)
    {
        using IDisposable pass = await gate.EnterAsync(cancel);
        List<ResolvedBatch> resolved = [];
        foreach (SensorBatch batch in batches)
        {
            if (batch.Sequence > sensors.AppliedOf(batch.Sensor))
            {
                isUnsaved = true;
                foreach (IBatchPart part in parts) Take(part, batch);
            }
            resolved.Add(new ResolvedBatch(batch, devices));
        }
        return resolved;
    }

    private void Take(IBatchPart part, SensorBatch batch)
    {
        try
        {
            part.Take(batch);
        }
        catch (Exception e) when (!StoreFaults.IsStoreFault(e) && e is not OutOfMemoryException)
        {
            // A batch that one part cannot take must not stop every batch after it, now and at each start.
            health.Report("ledger", StoreTroubleKind.Defect, $"{part.GetType().Name} could not take batch {batch.Sequence} of {batch.Sensor}: {e.GetType().Name}. This is a defect of Wardkeeper's; please report it.");
        }
    }

    private async Task SaveInsideAsync()
    {
        using IDisposable pass = await gate.EnterAsync(CancellationToken.None);
        await SaveIfUnsavedAsync();
    }

    /// <summary>Stores what the parts changed. Inside the gate.</summary>
    private async Task SaveIfUnsavedAsync()
    {
        if (!isUnsaved) return;
        try
        {
            connection ??= await stores.ConnectAsync();
            await using DbTransaction transaction = await connection.BeginTransactionAsync();
            foreach (IBatchPart part in parts) part.Save(connection, transaction);
            await transaction.CommitAsync();
        }
        catch
        {
            // The next try begins with a fresh connection: this one may be in any state.
            if (connection is { } failed)
            {
                connection = null;
                await failed.DisposeAsync();
            }
            throw;
        }
        isUnsaved = false;
        foreach (IBatchPart part in parts) part.Saved();
    }

    /// <summary>Tries again, once a second, until a store takes what it is given.</summary>
    private async Task UntilItHolds(string store, Func<Task> write, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await write();
                health.Clear(store, StoreFaults.Passing);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException)
            {
                (StoreTroubleKind kind, string message) = StoreFaults.Explain(e);
                foreach (StoreTroubleKind other in StoreFaults.Passing)
                {
                    if (other != kind) health.Clear(store, other);
                }
                health.Report(store, kind, message);
            }
            await Task.Delay(Pause, clock, cancel);
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

/// <summary>Batches that both stores have.</summary>
/// <param name="batches">The batches, in order.</param>
internal sealed class BatchesStored(IReadOnlyList<SensorBatch> batches) : EventArgs
{
    /// <summary>The batches, in order.</summary>
    public IReadOnlyList<SensorBatch> Batches => batches;
}
