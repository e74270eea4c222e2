namespace Wardkeeper.Sensor.Publishing;

/// <summary>
/// The way from one sensor to the hub: publisher, outbox, spool, feed. Disposing of it brings what was gathered to the disk and
/// stops handing on; what has no receipt by then goes again at the next start.
/// </summary>
internal sealed class SensorLink : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task feeding;

    private SensorLink(string sensor, Spool spool, IBatchReceiver hub, bool waits)
    {
        (Sensor, Spool) = (sensor, spool);
        Feed = new SpoolFeed(spool, hub);
        Outbox = new Outbox(sensor, spool, Feed.Wake);
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

    /// <summary>Opens the way.</summary>
    /// <param name="sensor">The sensor's name: 1 to 64 letters, digits, dots, hyphens, underscores, colons.</param>
    /// <param name="folder">Folder of its spool alone.</param>
    /// <param name="hub">The hub.</param>
    /// <param name="waits">Whether a full outbox holds the sensor up: true for captures, false for live traffic.</param>
    /// <param name="maxBytes">Bound of the spool's size.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static async Task<SensorLink> OpenAsync(string sensor, string folder, IBatchReceiver hub, bool waits, long maxBytes = 1L << 30, CancellationToken cancel = default)
    {
        Spool spool = Spool.Open(folder, maxBytes);
        try
        {
            // Before the first batch gets its number.
            spool.GoOnAfter(await hub.AppliedAsync(sensor, cancel));
            return new SensorLink(sensor, spool, hub, waits);
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
}
