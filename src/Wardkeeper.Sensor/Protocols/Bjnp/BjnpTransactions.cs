using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Bjnp;

/// <summary>One answer of a Canon printer or scanner that is searched or asked.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it lies.</param>
public sealed record BjnpExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "bjnp";

    /// <summary>Command: <c>discover</c>, <c>get_id</c>, <c>start_job</c>, <c>close</c>, <c>status</c> …, or its number.</summary>
    public required string Command { get; init; }

    /// <summary>Whom it is for: <c>printer</c>, <c>scanner</c>, or its number.</summary>
    public required string Device { get; init; }

    /// <summary>Error of an answer, 0 for none; absent when none was seen.</summary>
    public int? Status { get; init; }

    /// <summary>Hardware address that the device states.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>Address that the device states.</summary>
    public Address Ip { get; init; }

    /// <summary>Maker in the device's identifier. IEEE 1284.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model in the device's identifier. IEEE 1284.</summary>
    public string? Model { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("device"u8, Device);
        row.Number("status"u8, Status);
        row.Mac("mac"u8, Mac);
        row.Address("ip"u8, Ip);
        row.Text("vendor"u8, Vendor);
        row.Text("model"u8, Model);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Status is null) return;
        into.Service(Model);
        into.Claim(flow.Server, ClaimKind.Vendor, Vendor, "device id");
        into.Claim(flow.Server, ClaimKind.Model, Model, "device id");
        if (!Mac.IsNone && !Mac.IsGroup) into.Claim(flow.Server, ClaimKind.OtherMac, Mac.ToString(), "discover");
    }
}
