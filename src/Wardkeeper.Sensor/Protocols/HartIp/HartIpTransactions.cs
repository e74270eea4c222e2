using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.HartIp;

/// <summary>One message of HART over IP with its answer, and the command for a field device it carries.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record HartExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "hart_ip";

    /// <summary><c>session-initiate</c>, <c>session-close</c>, <c>token-passing-pdu</c> …</summary>
    public required string Message { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, <c>PUBLISH</c>, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Number that pairs request and answer, 0 to 65,535.</summary>
    public int Sequence { get; init; }

    /// <summary>Status of the answer; null for 0.</summary>
    public int? Status { get; init; }

    /// <summary>Command to the field device, 0 to 65,535.</summary>
    public int? Command { get; init; }

    /// <summary>Name of a universal or common command.</summary>
    public string? CommandName { get; init; }

    /// <summary>Address of the field device: one or five bytes in hexadecimal.</summary>
    public string? DeviceAddress { get; init; }

    /// <summary>Response code of the field device; null for 0.</summary>
    public int? ResponseCode { get; init; }

    /// <summary>Expanded type of the device, maker and model, in hexadecimal.</summary>
    public string? DeviceType { get; init; }

    /// <summary>Revision of the device.</summary>
    public int? DeviceRevision { get; init; }

    /// <summary>Revision of its software.</summary>
    public int? SoftwareRevision { get; init; }

    /// <summary>Number of the device with its type, in hexadecimal.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Tag of the device.</summary>
    public string? Tag { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("message"u8, Message);
        row.Text("pdu_type"u8, PduType);
        row.Number("sequence"u8, Sequence);
        row.Number("status"u8, Status);
        row.Number("command"u8, Command);
        row.Text("command_name"u8, CommandName);
        row.Text("device_address"u8, DeviceAddress);
        row.Number("response_code"u8, ResponseCode);
        row.Text("device_type"u8, DeviceType);
        row.Number("device_revision"u8, DeviceRevision);
        row.Number("software_revision"u8, SoftwareRevision);
        row.Text("device_id"u8, DeviceId);
        row.Text("tag"u8, Tag);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (PduType == "REQ") return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.FriendlyName, Tag, "tag");
        if (DeviceType is null) return;
        const string Origin = "command 0";
        into.Claim(flow.Server, ClaimKind.Description, $"HART device type {DeviceType}", Origin);
        into.Claim(flow.Server, ClaimKind.SerialNumber, DeviceId, Origin);
        into.Claim(flow.Server, ClaimKind.Firmware, SoftwareRevision?.ToString(System.Globalization.CultureInfo.InvariantCulture), Origin);
    }
}
