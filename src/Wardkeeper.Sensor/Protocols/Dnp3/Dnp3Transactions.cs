using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dnp3;

/// <summary>One request of a master with the outstation's response, or what an outstation says unasked.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream, or the response if only it was seen.</param>
public sealed record Dnp3Exchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "dnp3";

    /// <summary>Function of the request: <c>READ</c>, <c>OPERATE</c>, <c>COLD_RESTART</c> …</summary>
    public string? FcRequest { get; init; }

    /// <summary>Function of the reply: <c>RESPONSE</c>, <c>UNSOLICITED_RESPONSE</c>.</summary>
    public string? FcReply { get; init; }

    /// <summary>Internal indications of the reply, 16 bits. Clause 4.2.2.6.</summary>
    public int? Iin { get; init; }

    /// <summary>Link address of the master, 0 to 65,535.</summary>
    public int Master { get; init; }

    /// <summary>Link address of the outstation.</summary>
    public int Outstation { get; init; }

    /// <summary>Whether the request changes the outstation or what it controls.</summary>
    public bool IsWrite { get; init; }

    /// <summary>Groups and variations the request names, at most 16: <c>g60v1</c>.</summary>
    public IReadOnlyList<string>? Objects { get; init; }

    /// <summary>First relay that is switched, and how: <c>10 latch-on</c>.</summary>
    public string? Control { get; init; }

    /// <summary>Maker, from the device attributes.</summary>
    public string? Vendor { get; init; }

    /// <summary>Product, from the device attributes.</summary>
    public string? Product { get; init; }

    /// <summary>Software version, from the device attributes.</summary>
    public string? Software { get; init; }

    /// <summary>Hardware version, from the device attributes.</summary>
    public string? Hardware { get; init; }

    /// <summary>Serial number, from the device attributes.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Name of the device, from its attributes.</summary>
    public string? DeviceName { get; init; }

    /// <summary>Location, from the device attributes.</summary>
    public string? Location { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("fc_request"u8, FcRequest);
        row.Text("fc_reply"u8, FcReply);
        row.Number("iin"u8, Iin);
        row.Number("master"u8, Master);
        row.Number("outstation"u8, Outstation);
        row.Flag("is_write"u8, IsWrite);
        row.Texts("objects"u8, Objects);
        row.Text("control"u8, Control);
        row.Text("vendor"u8, Vendor);
        row.Text("product"u8, Product);
        row.Text("software"u8, Software);
        row.Text("hardware"u8, Hardware);
        row.Text("serial_number"u8, SerialNumber);
        row.Text("device_name"u8, DeviceName);
        row.Text("location"u8, Location);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (FcReply is null) return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.Role, "outstation", "DNP3 response");
        into.Claim(flow.Server, ClaimKind.Vendor, Vendor, "device attribute 252");
        into.Claim(flow.Server, ClaimKind.Model, Product, "device attribute 250");
        into.Claim(flow.Server, ClaimKind.Software, Software, "device attribute 242");
        into.Claim(flow.Server, ClaimKind.HardwareVersion, Hardware, "device attribute 243");
        into.Claim(flow.Server, ClaimKind.SerialNumber, SerialNumber, "device attribute 248");
        into.Claim(flow.Server, ClaimKind.FriendlyName, DeviceName, "device attribute 247");
        into.Claim(flow.Server, ClaimKind.Location, Location, "device attribute 245");
    }
}
