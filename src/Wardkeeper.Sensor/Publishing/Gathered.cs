using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>What a batch will hold, before it has its number. Numbers are given when it goes to disk, so that a dropped one leaves no gap.</summary>
internal sealed class Gathered
{
    public List<Observation> Observations { get; } = [];

    public List<FlowRecord> Flows { get; } = [];

    public List<TransactionRow> Transactions { get; } = [];

    public Dictionary<string, long> Counters { get; } = new(StringComparer.Ordinal);

    public CaptureTime End { get; set; }

    /// <summary>Observations, flows and transactions.</summary>
    public int Items => Observations.Count + Flows.Count + Transactions.Count;

    /// <summary>Bytes of the transactions' rows.</summary>
    public long Bytes { get; set; }

    public bool IsEmpty => Items == 0 && Counters.Count == 0;

    /// <summary>The batch.</summary>
    public SensorBatch Numbered(string sensor, long sequence) => new()
    {
        Sensor = sensor,
        Sequence = sequence,
        End = End,
        Observations = Observations,
        Flows = Flows,
        Transactions = Transactions,
        Counters = Counters,
    };
}
