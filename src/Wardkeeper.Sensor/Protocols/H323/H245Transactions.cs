using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>A channel for media that is opened or closed.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record H245Channel(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "h245";

    /// <summary><c>open</c> or <c>close</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Number of the channel, 1 to 65,535, in the direction of who asks.</summary>
    public int Channel { get; init; }

    /// <summary><c>audio</c>, <c>video</c>, <c>data</c> or <c>other</c>.</summary>
    public string? Media { get; init; }

    /// <summary>Whether the other end took the channel; present only if so.</summary>
    public bool? IsAcknowledged { get; init; }

    /// <summary>Address at which the other end takes the media.</summary>
    public Address MediaAddress { get; init; }

    /// <summary>Port of that address.</summary>
    public long? MediaPort { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Number("channel"u8, Channel);
        row.Text("media"u8, Media);
        row.Flag("is_acknowledged"u8, IsAcknowledged);
        row.Address("media_address"u8, MediaAddress);
        row.Number("media_port"u8, MediaPort);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (IsAcknowledged is true) into.Service();
    }
}
