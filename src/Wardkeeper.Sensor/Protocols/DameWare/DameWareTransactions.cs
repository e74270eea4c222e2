using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.DameWare;

/// <summary>The first message of a session of remote control.</summary>
/// <param name="At">Time of its packet.</param>
/// <param name="Bytes">Where it lies.</param>
public sealed record DameWareGreeting(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "dameware";

    /// <summary>Version that the sender states, with at most two decimals.</summary>
    public required string Version { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("version"u8, Version);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Bytes.Side != Side.Server) return;
        into.Service(Version);
        into.Claim(flow.Server, ClaimKind.RemoteAccess, "DameWare", "greeting");
    }
}
