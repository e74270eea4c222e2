using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Skinny;

/// <summary>All that a telephone and its call manager said in one connection.</summary>
/// <param name="At">Time of the last message.</param>
/// <param name="Bytes">Where the first message lies.</param>
public sealed record SkinnySession(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "skinny";

    /// <summary>Name of the device, of a telephone <c>SEP</c> and its hardware address.</summary>
    public string? DeviceName { get; init; }

    /// <summary>Kind of the device by Cisco's number.</summary>
    public long? DeviceType { get; init; }

    /// <summary>Whether the call manager took its registration; absent when nothing was decided.</summary>
    public bool? Registered { get; init; }

    /// <summary>Messages of both sides.</summary>
    public long Messages { get; init; }

    /// <summary>Streams of speech that were begun.</summary>
    public long Streams { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("device_name"u8, DeviceName);
        row.Number("device_type"u8, DeviceType);
        row.Flag("registered"u8, Registered);
        row.Number("messages"u8, Messages);
        row.Number("streams"u8, Streams);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Service();
        into.Claim(flow.Server, ClaimKind.Role, "call-manager", "SCCP");
        into.Claim(flow.Client, ClaimKind.HostName, DeviceName, "StationRegister");
        into.Claim(flow.Client, ClaimKind.Role, DeviceName is null ? null : "ip-phone", "StationRegister");
    }
}
