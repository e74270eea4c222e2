namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// What a sensor hands to the hub at once. The pair of <see cref="Sensor"/> and <see cref="Sequence"/> names it for ever: a hub
/// that has stored a sequence ignores it when it comes again.
/// </summary>
public sealed class SensorBatch
{
    /// <summary>The sensor's name.</summary>
    public required string Sensor { get; init; }

    /// <summary>Number of the batch, from 1 without gaps, also over restarts.</summary>
    public required long Sequence { get; init; }

    /// <summary>Capture time up to which everything was handed over.</summary>
    public required CaptureTime End { get; init; }

    /// <summary>Claims and service sightings, in packet order.</summary>
    public IReadOnlyList<Observation> Observations { get; init; } = [];

    /// <summary>Flows that ended and reports of long ones, in packet order.</summary>
    public IReadOnlyList<FlowRecord> Flows { get; init; } = [];

    /// <summary>Transactions, in packet order.</summary>
    public IReadOnlyList<TransactionRow> Transactions { get; init; } = [];

    /// <summary>Counters that changed since the batch before, by name: packets, bytes, kernel-drops, mirror-copy …</summary>
    public IReadOnlyDictionary<string, long> Counters { get; init; } = new Dictionary<string, long>();
}
