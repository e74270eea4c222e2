using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Fins;

/// <summary>One FINS command to an Omron controller with its answer.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies, or the answer if only it was seen.</param>
public sealed record FinsExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "fins";

    /// <summary>Command: <c>memory-area-read</c>, <c>run</c>, <c>stop</c>, <c>controller-data-read</c> …</summary>
    public required string Command { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Whether the command changes the controller.</summary>
    public bool IsWrite { get; init; }

    /// <summary>Number that pairs command and answer, 0 to 255.</summary>
    public int ServiceId { get; init; }

    /// <summary>End code as four hexadecimal digits; null for a normal end.</summary>
    public string? EndCode { get; init; }

    /// <summary>Model of the controller.</summary>
    public string? Model { get; init; }

    /// <summary>Version of the controller.</summary>
    public string? Version { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("pdu_type"u8, PduType);
        row.Flag("is_write"u8, IsWrite);
        row.Number("service_id"u8, ServiceId);
        row.Text("end_code"u8, EndCode);
        row.Text("model"u8, Model);
        row.Text("version"u8, Version);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (PduType == "REQ") return;
        into.Service();
        if (Model is null) return;
        const string Origin = "controller data";
        into.Claim(flow.Server, ClaimKind.Vendor, "OMRON", Origin);
        into.Claim(flow.Server, ClaimKind.Model, Model, Origin);
        into.Claim(flow.Server, ClaimKind.Firmware, Version, Origin);
        into.Claim(flow.Server, ClaimKind.Role, "plc", Origin);
    }
}
