using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>
/// The end of the sensor: gathers what it finds into batches and gives them to the outbox. A batch is due after a step of capture
/// time, when it is large, or — live — at a tick of the caller's. Live capture is never held up: when the outbox is full the
/// batch is dropped and its contents are counted in the next one that passes.
/// </summary>
internal sealed class BatchPublisher : ISensorOutput, IDisposable
{
    /// <summary>Items after which a batch is due.</summary>
    public const int MaxItems = 4096;

    /// <summary>Bytes of rows after which a batch is due.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Capture time after which a batch is due.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Outbox outbox;
    private readonly bool waits;
    private readonly JsonRows rows = new(new PatientNames(showHashes: true));
    private readonly Dictionary<string, FlowTotals> reported = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> totals = new(StringComparer.Ordinal);
    private Gathered gathered = new();
    private CaptureTime begun = new(long.MinValue), now;

    /// <summary>Makes a publisher.</summary>
    /// <param name="outbox">Takes the batches.</param>
    /// <param name="waits">Whether a full outbox holds the sensor up: true for captures, which can wait, false for live traffic, which cannot.</param>
    public BatchPublisher(Outbox outbox, bool waits)
    {
        (this.outbox, this.waits) = (outbox, waits);
    }

    /// <summary>Batches dropped because the outbox was full.</summary>
    public long DroppedBatches { get; private set; }

    /// <summary>Observations, flows and transactions in them.</summary>
    public long DroppedItems { get; private set; }

    /// <inheritdoc/>
    public void Take(Transaction transaction)
    {
        lock (gate)
        {
            TransactionRow row = TransactionRow.Of(transaction, rows);
            gathered.Transactions.Add(row);
            gathered.Bytes += row.Json.Length;
            PublishIfLarge();
        }
    }

    /// <inheritdoc/>
    public void Take(FlowRecord flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        lock (gate)
        {
            flow.Earlier = reported.GetValueOrDefault(flow.View.Uid);
            if (flow.IsInterim)
            {
                CaptureTime last = new(flow.View.Began.Nanoseconds + ((flow.Duration ?? TimeSpan.Zero).Ticks * 100));
                reported[flow.View.Uid] = new FlowTotals(last, flow.OriginatorBytes, flow.ResponderBytes, flow.OriginatorPackets, flow.ResponderPackets);
            }
            else if (flow.Earlier is not null) reported.Remove(flow.View.Uid);
            gathered.Flows.Add(flow);
            PublishIfLarge();
        }
    }

    /// <inheritdoc/>
    public void Take(Observation observation)
    {
        lock (gate)
        {
            gathered.Observations.Add(observation);
            PublishIfLarge();
        }
    }

    /// <inheritdoc/>
    public void Advance(CaptureTime now)
    {
        lock (gate)
        {
            if (now > this.now) this.now = now;
            if (begun.Nanoseconds == long.MinValue) begun = this.now;
            if (this.now.Since(begun) >= Step) Publish();
        }
    }

    /// <summary>Notes the totals of counters (packets, bytes, kernel-drops …); what changed since they were noted last goes with the next batch.</summary>
    public void Count(IEnumerable<KeyValuePair<string, long>> counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        lock (gate)
        {
            foreach ((string name, long total) in counters)
            {
                long change = total - totals.GetValueOrDefault(name);
                if (change == 0) continue;
                totals[name] = total;
                Add(name, change);
            }
        }
    }

    /// <summary>Publishes what was gathered, if anything; live callers do so twice a second.</summary>
    /// <param name="isAlive">Whether to publish even when there is nothing: the hub sees that the sensor lives.</param>
    public void Tick(bool isAlive = false)
    {
        lock (gate)
        {
            if (isAlive || !gathered.IsEmpty) Publish();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tick();
    }

    private void PublishIfLarge()
    {
        if (gathered.Items >= MaxItems || gathered.Bytes >= MaxBytes) Publish();
    }

    private void Publish()
    {
        begun = now;
        gathered.End = now;
        if (outbox.Offer(gathered, waits))
        {
            gathered = new Gathered();
            return;
        }
        Gathered dropped = gathered;
        gathered = new Gathered();
        DroppedBatches++;
        DroppedItems += dropped.Items;
        foreach ((string name, long value) in dropped.Counters) Add(name, value);
        Add("spool-dropped-batches", 1);
        Add("spool-dropped-observations", dropped.Observations.Count);
        Add("spool-dropped-flows", dropped.Flows.Count);
        Add("spool-dropped-transactions", dropped.Transactions.Count);
    }

    private void Add(string name, long value)
    {
        if (value != 0) gathered.Counters[name] = gathered.Counters.GetValueOrDefault(name) + value;
    }
}
