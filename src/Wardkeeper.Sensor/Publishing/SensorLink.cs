namespace Wardkeeper.Sensor.Publishing;

/// <summary>
/// The way from one sensor to the hub: publisher, outbox, spool, feed. Disposing of it brings what was gathered to the disk and
/// stops handing on; what has no receipt by then goes again at the next start.
/// </summary>
internal sealed class SensorLink : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task feeding;
    private readonly Lock waiting = new();
    private TaskCompletionSource? empty;

    private SensorLink(string sensor, Spool spool, IBatchReceiver hub, bool waits, bool isAgain)
    {
        (Sensor, Spool) = (sensor, spool);
        Feed = new SpoolFeed(spool, hub);
        spool.Forgot += Look;
        Outbox = new Outbox(sensor, spool, OnSpooled, isAgain ? spool.Next - 1 : 0);
        Publisher = new BatchPublisher(Outbox, waits);
        feeding = Task.Run(() => Feed.RunAsync(stop.Token));
    }

    /// <summary>The sensor's name.</summary>
    public string Sensor { get; }

    /// <summary>What the sensor's pipeline writes to.</summary>
    public BatchPublisher Publisher { get; }

    /// <summary>Between publisher and spool.</summary>
    public Outbox Outbox { get; }

    /// <summary>Batches on disk.</summary>
    public Spool Spool { get; }

    /// <summary>Between spool and hub.</summary>
    public SpoolFeed Feed { get; }

    /// <summary>Why batches do not get through just now, in a sentence; null when all is well.</summary>
    public string? Trouble => Outbox.Trouble ?? Feed.Trouble;

    private bool IsEmpty => Outbox.Waiting == 0 && Spool.Pending == 0;

    /// <summary>Ends when the hub has everything that was published so far.</summary>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was stopped, or the way was closed before.</exception>
    public Task EmptyAsync(CancellationToken cancel = default)
    {
        lock (waiting)
        {
            if (IsEmpty) return Task.CompletedTask;
            if (stop.IsCancellationRequested) return Task.FromCanceled(new CancellationToken(true));
            empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return empty.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Opens the way.</summary>
    /// <param name="sensor">The sensor's name: 1 to 64 letters, digits, dots, hyphens, underscores, colons.</param>
    /// <param name="folder">Folder of its spool alone.</param>
    /// <param name="hub">The hub.</param>
    /// <param name="waits">Whether a full outbox holds the sensor up: true for captures, false for live traffic.</param>
    /// <param name="maxBytes">Bound of the spool's size.</param>
    /// <param name="isAgain">Whether this sensor begins again with its first batch, as a capture does: those that were stored before are passed over.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static async Task<SensorLink> OpenAsync(string sensor, string folder, IBatchReceiver hub, bool waits, long maxBytes = 1L << 30, bool isAgain = false, CancellationToken cancel = default)
    {
        Spool spool = Spool.Open(folder, maxBytes);
        try
        {
            // Before the first batch gets its number.
            spool.GoOnAfter(await hub.AppliedAsync(sensor, cancel));
            return new SensorLink(sensor, spool, hub, waits, isAgain);
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Publisher.Dispose();
        Outbox.Dispose();
        await stop.CancelAsync();
        lock (waiting) empty?.TrySetCanceled();
        try
        {
            await feeding;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
        Feed.Dispose();
        Spool.Dispose();
        stop.Dispose();
    }

    private void OnSpooled()
    {
        Feed.Wake();
        Look();
    }

    /// <summary>Tells whoever waits when nothing is left.</summary>
    private void Look()
    {
        lock (waiting)
        {
            if (empty is null || !IsEmpty) return;
            empty.TrySetResult();
            empty = null;
        }
    }
}
