using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Sstp;

/// <summary>What begins, opens or ends a tunnel.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it lies in the stream.</param>
public sealed record SstpMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "sstp";

    /// <summary><c>http-request</c>, <c>http-answer</c>, <c>connect-request</c>, <c>connect-ack</c>, <c>connect-nak</c>, <c>connected</c>, <c>abort</c>, <c>disconnect</c>, <c>disconnect-ack</c> or <c>other</c>. MS-SSTP 2.2.2.</summary>
    public required string Kind { get; init; }

    /// <summary>Host that the client names.</summary>
    public string? Host { get; init; }

    /// <summary>Status of the answer in HTTP.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Status of a refusal or an end, MS-SSTP 2.2.7; 0 is none.</summary>
    public long? Reason { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("host"u8, Host);
        row.Number("status_code"u8, StatusCode);
        row.Number("reason"u8, Reason);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Kind == "http-answer" && StatusCode == 200) into.Service();
        if (Kind == "connect-ack") into.Claim(flow.Server, ClaimKind.Role, "vpn-server", "call connect acknowledge");
    }
}
