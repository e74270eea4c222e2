using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;

namespace Wardkeeper.Platform.Running;

/// <summary>
/// Spools of sensors that do not run any more: an interface that was taken out of the configuration, a capture that is read no
/// longer. What they hold was seen, and is stored like everything else.
/// </summary>
internal sealed class LeftSpools(string folder) : IAsyncDisposable
{
    private readonly Dictionary<string, (CancellationTokenSource Stop, Task Work)> under = new(StringComparer.Ordinal);

    /// <summary>Begins to hand on what waits, except that of the sensors that run.</summary>
    public async Task StartAsync(IBatchReceiver hub, IEnumerable<string> running, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) return;
        HashSet<string> taken = [.. running.Select(FolderName)];
        foreach (string path in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (taken.Contains(Path.GetFileName(path)) || await SensorOfAsync(path, hub, cancel) is not { } sensor) continue;
            CancellationTokenSource stop = new();
            under[sensor] = (stop, DrainAsync(sensor, path, hub, stop.Token));
        }
    }

    /// <summary>Lets go of a sensor's spool, since the sensor itself is about to run.</summary>
    public async Task ReleaseAsync(string sensor)
    {
        if (!under.Remove(sensor, out (CancellationTokenSource Stop, Task Work) one)) return;
        await one.Stop.CancelAsync();
        await one.Work;
        one.Stop.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (string sensor in under.Keys.ToArray()) await ReleaseAsync(sensor);
    }

    /// <summary>What the folder of a sensor's spool is called.</summary>
    public static string FolderName(string sensor) => sensor.Replace(':', '-');

    /// <summary>Whose spool it is, if something in it waits; its batches say so.</summary>
    private static async Task<string?> SensorOfAsync(string path, IBatchReceiver hub, CancellationToken cancel)
    {
        using Spool spool = Spool.Open(path);
        while (spool.TryRead(out byte[] frame))
        {
            if (BatchCodec.TryDecode(frame, out SensorBatch? batch) != BatchFault.None) continue;
            return await hub.AppliedAsync(batch!.Sensor, cancel) < spool.Next - 1 ? batch.Sensor : null;
        }
        return null;
    }

    private static async Task DrainAsync(string sensor, string path, IBatchReceiver hub, CancellationToken stop)
    {
        await using SensorLink link = await SensorLink.OpenAsync(sensor, path, hub, waits: true, cancel: CancellationToken.None);
        try
        {
            await link.EmptyAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // The rest goes at the next start.
        }
    }
}
