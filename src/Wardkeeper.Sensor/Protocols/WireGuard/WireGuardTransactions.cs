using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.WireGuard;

/// <summary>One tunnel, reported when data flows, else at its end. Later handshakes of the same tunnel are not counted.</summary>
/// <param name="At">Time of the first data, or of the last message.</param>
/// <param name="Bytes">Where the first message lies.</param>
public sealed record WireGuardTunnel(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "wireguard";

    /// <summary>Whether data flows.</summary>
    public bool Established { get; init; }

    /// <summary>Handshakes that were begun before.</summary>
    public int Initiations { get; init; }

    /// <summary>Handshakes that were answered.</summary>
    public int Responses { get; init; }

    /// <summary>Times that an end under load asked to come again.</summary>
    public int Cookies { get; init; }

    /// <summary>Whether the flow's server began the handshake.</summary>
    public bool IsReversed { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Flag("established"u8, Established);
        row.Number("initiations"u8, Initiations);
        row.Number("responses"u8, Responses);
        row.Number("cookies"u8, Cookies);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (Responses > 0 && !IsReversed) into.Service();
    }
}
