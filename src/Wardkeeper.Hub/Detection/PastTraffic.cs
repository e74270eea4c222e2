using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>Flows of the same two ends, or transactions that said the same between them, as history holds them of a span of time.</summary>
/// <param name="View">The first of the flows, or the flow that the first transaction was said in.</param>
/// <param name="First">When the first was seen.</param>
/// <param name="Last">When the last was seen.</param>
internal sealed record PastTraffic(FlowView View, CaptureTime First, CaptureTime Last)
{
    /// <summary>The first transaction; null where flows are told of.</summary>
    public TransactionRow? Said { get; init; }

    /// <summary>Whether the ends spoke with each other, rather than one having knocked.</summary>
    public bool IsAnswered { get; init; } = true;

    /// <summary>The flow of the last one.</summary>
    public string? LastUid { get; init; }

    /// <summary>How many there are, at least one.</summary>
    public long Times { get; init; } = 1;

    /// <summary>What two of them have in common when they are the same at another time.</summary>
    public required string Key { get; init; }

    /// <summary>The log it stands in.</summary>
    public string Log => Said?.Log ?? "flows";

    /// <summary>This and the same at a later time.</summary>
    public PastTraffic And(PastTraffic later) => this with { Last = later.Last, LastUid = later.LastUid, Times = Times + later.Times, IsAnswered = IsAnswered || later.IsAnswered };
}

/// <summary>Gives what history holds of a span of time, the same traffic once.</summary>
internal interface IPastTraffic
{
    /// <summary>Reads a span.</summary>
    /// <param name="from">Begin.</param>
    /// <param name="to">End, excluded.</param>
    /// <param name="wanted">Chooses; of what it does not choose nothing is kept.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>What was chosen, in no order.</returns>
    /// <exception cref="History.HistoryUnavailableException">History cannot be read just now, or it took too long.</exception>
    Task<IReadOnlyList<PastTraffic>> ReadAsync(CaptureTime from, CaptureTime to, Func<PastTraffic, bool> wanted, CancellationToken cancel);
}
