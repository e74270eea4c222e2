using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>
/// Between the sensor, which must not wait for a disk, and its spool: a short queue and the thread that numbers batches, encodes
/// them and stores them. A full or failing disk is tried again every second with the batch that is due; meanwhile the queue fills.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private const int MaxBatches = 64;
    private const long MaxItems = 256 * 1024, MaxBytes = 64 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), Farewell = TimeSpan.FromSeconds(3);

    private readonly object gate = new();
    private readonly Queue<Gathered> queue = new();
    private readonly string sensor;
    private readonly Spool spool;
    private readonly Action stored;
    private readonly WireWriter wire = new();
    private readonly Thread thread;
    private long items, bytes;
    private long known;
    private bool isOver, isGone;

    /// <summary>Starts the thread.</summary>
    /// <param name="sensor">The sensor's name.</param>
    /// <param name="spool">Where batches go; the outbox is the only one that appends.</param>
    /// <param name="stored">Called after each batch that is on the disk.</param>
    /// <param name="known">Batches from the beginning that were stored before and are passed over now: a capture that is read again gives the same ones.</param>
    public Outbox(string sensor, Spool spool, Action stored, long known = 0)
    {
        this.known = known;
        if (!SensorName.IsValid(sensor)) throw new ArgumentException($"A sensor is called by 1 to 64 letters, digits, dots, hyphens, underscores and colons, not '{sensor}'.", nameof(sensor));
        (this.sensor, this.spool, this.stored) = (sensor, spool, stored);
        thread = new Thread(Run) { IsBackground = true, Name = $"outbox {sensor}" };
        thread.Start();
    }

    /// <summary>Why nothing can be stored just now; null when all is well.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Batches that are taken and not yet on the disk.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return queue.Count;
        }
    }

    /// <summary>Batches that could not be stored before the end; they were never acknowledged.</summary>
    public int Abandoned { get; private set; }

    /// <summary>Takes a batch. False when there is no room and <paramref name="waits"/> is false.</summary>
    public bool Offer(Gathered gathered, bool waits)
    {
        lock (gate)
        {
            while (queue.Count >= MaxBatches || (queue.Count > 0 && (items + gathered.Items > MaxItems || bytes + gathered.Bytes > MaxBytes)))
            {
                if (!waits || isOver) return false;
                Monitor.Wait(gate);
            }
            if (isOver) return false;
            queue.Enqueue(gathered);
            items += gathered.Items;
            bytes += gathered.Bytes;
            Monitor.PulseAll(gate);
            return true;
        }
    }

    /// <summary>Waits until everything taken is on the disk, but not for a disk that refuses.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            Monitor.PulseAll(gate);
        }
        if (!thread.Join(Farewell))
        {
            lock (gate)
            {
                isGone = true;
                Monitor.PulseAll(gate);
            }
            thread.Join();
        }
        Abandoned = queue.Count;
    }

    private void Run()
    {
        while (Next() is { } gathered)
        {
            while (known == 0 && !TryStore(gathered))
            {
                lock (gate)
                {
                    if (isGone) return;
                    Monitor.Wait(gate, Pause);
                }
            }
            lock (gate)
            {
                queue.Dequeue();
                known = Math.Max(0, known - 1);
                items -= gathered.Items;
                bytes -= gathered.Bytes;
                Monitor.PulseAll(gate);
            }
            stored();
        }
    }

    private Gathered? Next()
    {
        lock (gate)
        {
            while (queue.Count == 0 && !isOver) Monitor.Wait(gate);
            return queue.Count == 0 ? null : queue.Peek();
        }
    }

    private bool TryStore(Gathered gathered)
    {
        try
        {
            SensorBatch batch = gathered.Numbered(sensor, spool.Next);
            bool isStored = spool.TryAppend(BatchCodec.Encode(batch, wire));
            Trouble = isStored ? null : $"The spool of sensor {sensor} is full: the hub does not take its batches.";
            return isStored;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble = $"The spool of sensor {sensor} cannot be written: {e.Message}";
            return false;
        }
    }
}
