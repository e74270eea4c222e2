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

    /// <summary>Set when a person takes a device of another ledger over: the claims are hers to vouch for. Never comes from a sensor.</summary>
    public Adoption? Adoption { get; init; }
}

/// <summary>Who takes a device over, and why.</summary>
/// <param name="Who">Name of the person.</param>
/// <param name="At">When, by the clock on the wall.</param>
/// <param name="From">Where it comes from, for example <c>C-12</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record Adoption(string Who, CaptureTime At, string From, string Reason);
