using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>Reads the spool in order and hands each batch to the hub; what had no receipt when it starts goes again.</summary>
internal sealed class SpoolFeed(Spool spool, IBatchReceiver hub) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim ready = new(0);

    /// <summary>Frames in the spool that were no batch of ours.</summary>
    public long Undecodable { get; private set; }

    /// <summary>Why the spool cannot be read just now; null when all is well.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Says that the spool has something new.</summary>
    public void Wake() => ready.Release();

    /// <summary>Hands on until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                while (spool.TryRead(out byte[] frame))
                {
                    if (BatchCodec.TryDecode(frame, out SensorBatch? batch) == BatchFault.None) await hub.DeliverAsync(batch!, spool.Forget, cancel);
                    else Undecodable++;
                }
                Trouble = null;
                await ready.WaitAsync(cancel);
            }
            catch (IOException e)
            {
                Trouble = $"The spool cannot be read: {e.Message}";
                await ready.WaitAsync(Pause, cancel);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ready.Dispose();
}
