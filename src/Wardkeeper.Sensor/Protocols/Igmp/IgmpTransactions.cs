using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Igmp;

/// <summary>One statement of membership. An unchanged one is shown again only after ten minutes.</summary>
public sealed record IgmpStatement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary><c>query</c>, <c>report</c> or <c>leave</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Version, 1 to 3.</summary>
    public required long Version { get; init; }

    /// <summary>Groups it is about, at most 16; absent for a query about all.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <inheritdoc/>
    public override string Log => "igmp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Number("version"u8, Version);
        row.Texts("groups"u8, Groups);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Kind == "query") into.Claim(flow.At(Bytes.Side), ClaimKind.Role, "multicast-querier", "membership query");
    }
}
