using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>The hub as a sensor sees it.</summary>
public interface IBatchReceiver
{
    /// <summary>Highest number of a batch that the hub has of this sensor; 0 when it has none.</summary>
    Task<long> AppliedAsync(string sensor, CancellationToken cancel = default);

    /// <summary>Hands in a batch; waits while the hub has enough waiting. Batches of one sensor come in order, some perhaps again.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="receipt">Called with the sequence when every store has it: the sensor may forget this and everything before it.</param>
    /// <param name="cancel">Stops waiting.</param>
    ValueTask DeliverAsync(SensorBatch batch, Action<long> receipt, CancellationToken cancel = default);
}
