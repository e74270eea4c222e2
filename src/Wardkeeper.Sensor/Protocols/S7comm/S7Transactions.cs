using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.S7comm;

/// <summary>One job or user data function of an S7 controller, with its answer.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream, or the answer if only it was seen.</param>
public sealed record S7Exchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "s7comm";

    /// <summary>Number that pairs request and answer, 0 to 65,535.</summary>
    public int PduReference { get; init; }

    /// <summary>Function: <c>read-variable</c>, <c>plc-stop</c>, <c>request-download</c>, <c>cpu-functions</c> …</summary>
    public required string Function { get; init; }

    /// <summary>Function within a group, for example <c>read-szl</c>, <c>password</c>; or the program service that was called.</summary>
    public string? Subfunction { get; init; }

    /// <summary>Whether the function changes the controller, its program or its variables.</summary>
    public bool IsWrite { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, <c>PUSH</c> for what the controller says unasked, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Error the controller answered with; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>Variables that are read or written, at most 20: <c>DB1.DBX4.0 BYTE 8</c>.</summary>
    public IReadOnlyList<string>? Variables { get; init; }

    /// <summary>Block of the program that is moved: <c>OB1</c>, <c>DB5</c>.</summary>
    public string? Block { get; init; }

    /// <summary>Part of the system status list that is read, as four hexadecimal digits.</summary>
    public string? Szl { get; init; }

    /// <summary>Rack that the connection asks for, 0 to 7.</summary>
    public int? Rack { get; init; }

    /// <summary>Slot that the connection asks for, 0 to 31.</summary>
    public int? Slot { get; init; }

    /// <summary>Order number of the module.</summary>
    public string? OrderNumber { get; init; }

    /// <summary>Firmware of the module, for example <c>V3.2.6</c>.</summary>
    public string? Firmware { get; init; }

    /// <summary>Type of the module, for example <c>CPU 315-2 PN/DP</c>.</summary>
    public string? ModuleType { get; init; }

    /// <summary>Name of the module as the project calls it.</summary>
    public string? ModuleName { get; init; }

    /// <summary>Name of the automation system as the project calls it.</summary>
    public string? SystemName { get; init; }

    /// <summary>Identification of the plant.</summary>
    public string? Plant { get; init; }

    /// <summary>Serial number of the module.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Location as the project gives it.</summary>
    public string? Location { get; init; }

    /// <summary>Operating mode the controller is in: <c>run</c>, <c>stop</c>, <c>hold</c> …</summary>
    public string? Mode { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("pdu_reference"u8, PduReference);
        row.Text("function"u8, Function);
        row.Text("subfunction"u8, Subfunction);
        row.Flag("is_write"u8, IsWrite);
        row.Text("pdu_type"u8, PduType);
        row.Text("error"u8, Error);
        row.Texts("variables"u8, Variables);
        row.Text("block"u8, Block);
        row.Text("szl"u8, Szl);
        row.Number("rack"u8, Rack);
        row.Number("slot"u8, Slot);
        row.Text("order_number"u8, OrderNumber);
        row.Text("firmware"u8, Firmware);
        row.Text("module_type"u8, ModuleType);
        row.Text("module_name"u8, ModuleName);
        row.Text("system_name"u8, SystemName);
        row.Text("plant"u8, Plant);
        row.Text("serial_number"u8, SerialNumber);
        row.Text("location"u8, Location);
        row.Text("mode"u8, Mode);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (PduType == "REQ") return;
        into.Service();
        string origin = $"system status list {Szl}";
        into.Claim(flow.Server, ClaimKind.Model, OrderNumber, origin);
        into.Claim(flow.Server, ClaimKind.Description, ModuleType, origin);
        if (OrderNumber is { } order && order.StartsWith("6ES7", StringComparison.Ordinal)) into.Claim(flow.Server, ClaimKind.Vendor, "Siemens", origin);
        into.Claim(flow.Server, ClaimKind.Firmware, Firmware, origin);
        into.Claim(flow.Server, ClaimKind.SerialNumber, SerialNumber, origin);
        into.Claim(flow.Server, ClaimKind.FriendlyName, SystemName ?? ModuleName, origin);
        into.Claim(flow.Server, ClaimKind.Location, Location, origin);
        into.Claim(flow.Server, ClaimKind.InUse, Mode, origin);
        if (OrderNumber is not null || Function == "setup-communication") into.Claim(flow.Server, ClaimKind.Role, "plc", "S7 communication");
    }
}

/// <summary>One request of the newer S7 protocol with its answer; of what it carries only the module's identity is read.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream, or the answer if only it was seen.</param>
public sealed record S7PlusExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "s7comm_plus";

    /// <summary>Version of the protocol, 1 to 3; 254 within a connection of version 3 for system events.</summary>
    public int Version { get; init; }

    /// <summary>Function: <c>create-object</c>, <c>get-multi-variables</c>, <c>set-variable</c> …</summary>
    public string? Function { get; init; }

    /// <summary>Number that pairs request and answer, 0 to 65,535.</summary>
    public int Sequence { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, <c>NOTIFY</c>, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Order number of the controller.</summary>
    public string? OrderNumber { get; init; }

    /// <summary>Firmware of the controller.</summary>
    public string? Firmware { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Text("function"u8, Function);
        row.Number("sequence"u8, Sequence);
        row.Text("pdu_type"u8, PduType);
        row.Text("order_number"u8, OrderNumber);
        row.Text("firmware"u8, Firmware);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (PduType == "REQ") return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.Model, OrderNumber, "session object, order number");
        if (OrderNumber is not null) into.Claim(flow.Server, ClaimKind.Vendor, "Siemens", "session object, order number");
        into.Claim(flow.Server, ClaimKind.Firmware, Firmware, "session object, firmware");
        if (OrderNumber is not null) into.Claim(flow.Server, ClaimKind.Role, "plc", "S7 communication");
    }
}
