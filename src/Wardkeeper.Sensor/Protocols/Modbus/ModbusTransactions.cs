using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Modbus;

/// <summary>One request with its answer.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream, or the answer if only it was seen.</param>
public sealed record ModbusExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "modbus";

    /// <summary>Transaction identifier that pairs request and answer.</summary>
    public int Tid { get; init; }

    /// <summary>Unit behind the address, 0 to 255.</summary>
    public int Unit { get; init; }

    /// <summary>Function, for example <c>READ_HOLDING_REGISTERS</c>; <c>function-N</c> where the standard has no name.</summary>
    public required string Func { get; init; }

    /// <summary>What a diagnostic does, for example <c>force-listen-only</c>.</summary>
    public string? Subfunction { get; init; }

    /// <summary>Whether the function changes something in the device.</summary>
    public bool IsWrite { get; init; }

    /// <summary>First address that is read or written.</summary>
    public int? Address { get; init; }

    /// <summary>Coils or registers that are read or written.</summary>
    public int? Quantity { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Name of the exception the device answered with.</summary>
    public string? Exception { get; init; }

    /// <summary>Maker, from the device identification.</summary>
    public string? Vendor { get; init; }

    /// <summary>Product code, from the device identification.</summary>
    public string? Product { get; init; }

    /// <summary>Revision, from the device identification.</summary>
    public string? Revision { get; init; }

    /// <summary>Name of the product, from the device identification.</summary>
    public string? ProductName { get; init; }

    /// <summary>Model, from the device identification.</summary>
    public string? Model { get; init; }

    /// <summary>Name of the user's application, from the device identification.</summary>
    public string? Application { get; init; }

    /// <summary>Text among what the device reports as its own identity.</summary>
    public string? ServerId { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("tid"u8, Tid);
        row.Number("unit"u8, Unit);
        row.Text("func"u8, Func);
        row.Text("subfunction"u8, Subfunction);
        row.Flag("is_write"u8, IsWrite);
        row.Number("address"u8, Address);
        row.Number("quantity"u8, Quantity);
        row.Text("pdu_type"u8, PduType);
        row.Text("exception"u8, Exception);
        row.Text("vendor"u8, Vendor);
        row.Text("product"u8, Product);
        row.Text("revision"u8, Revision);
        row.Text("product_name"u8, ProductName);
        row.Text("model"u8, Model);
        row.Text("application"u8, Application);
        row.Text("server_id"u8, ServerId);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (PduType == "REQ") return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.Vendor, Vendor, "device identification, object 0");
        into.Claim(flow.Server, ClaimKind.Model, Model ?? Product, Model is null ? "device identification, object 1" : "device identification, object 5");
        into.Claim(flow.Server, ClaimKind.Description, ProductName, "device identification, object 4");
        into.Claim(flow.Server, ClaimKind.FriendlyName, Application, "device identification, object 6");
        into.Claim(flow.Server, ClaimKind.Description, ServerId, "report of the server's identity");
        into.Claim(flow.Server, ClaimKind.Firmware, Revision, "device identification, object 2");
    }
}
