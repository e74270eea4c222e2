using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>One message that begins, takes or ends a call.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it lies in the stream.</param>
public sealed record H323Message(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "h323";

    /// <summary>Kind: <c>setup</c>, <c>call_proceeding</c>, <c>alerting</c>, <c>connect</c>, <c>release_complete</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>Number of the call between these two ends.</summary>
    public int CallReference { get; init; }

    /// <summary>Name that is shown to the other end.</summary>
    public string? Source { get; init; }

    /// <summary>Number that calls.</summary>
    public string? CallingNumber { get; init; }

    /// <summary>Number that is called.</summary>
    public string? Destination { get; init; }

    /// <summary>Why a call ended. Q.850.</summary>
    public int? Cause { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Number("call_reference"u8, CallReference);
        row.Text("source"u8, Source);
        row.Text("calling_number"u8, CallingNumber);
        row.Text("destination"u8, Destination);
        row.Number("cause"u8, Cause);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Kind is "connect" or "alerting" or "call_proceeding") into.Service();
        into.Claim(flow.At(Bytes.Side), ClaimKind.FriendlyName, Kind is "setup" or "connect" ? Source : null, "Display");
    }
}
