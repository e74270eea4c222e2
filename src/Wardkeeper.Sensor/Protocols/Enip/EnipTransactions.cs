using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Enip;

/// <summary>What a device says of itself: CIP's identity object. CIP Volume 1, 5A-2.</summary>
/// <param name="VendorId">Number of the maker.</param>
/// <param name="DeviceType">Number of the device profile.</param>
/// <param name="ProductCode">Number of the product with its maker.</param>
/// <param name="Revision">Major and minor revision: <c>4.3</c>.</param>
/// <param name="SerialNumber">Serial number in hexadecimal.</param>
/// <param name="ProductName">Name of the product.</param>
public sealed record EnipIdentity(int VendorId, int DeviceType, int ProductCode, string Revision, string SerialNumber, string? ProductName);

/// <summary>One message of EtherNet/IP with its answer, and the CIP request it carries.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record EnipExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "enip";

    /// <summary>Command of the encapsulation: <c>register-session</c>, <c>list-identity</c>, <c>send-rr-data</c>, <c>send-unit-data</c> …</summary>
    public required string Command { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Error of the encapsulation; null for none. Volume 2, 2-3.5.</summary>
    public string? Status { get; init; }

    /// <summary>CIP service: <c>get-attribute-single</c>, <c>forward-open</c>, <c>stop</c>, <c>read-tag</c> …</summary>
    public string? Service { get; init; }

    /// <summary>Class of the object that is addressed.</summary>
    public string? Class { get; init; }

    /// <summary>Instance of the object.</summary>
    public long? Instance { get; init; }

    /// <summary>Attribute of the object.</summary>
    public long? Attribute { get; init; }

    /// <summary>Name of the tag that is addressed, in place of a class.</summary>
    public string? Symbol { get; init; }

    /// <summary>Whether the service changes the device.</summary>
    public bool? IsWrite { get; init; }

    /// <summary>Services within a packet of several, at most 32.</summary>
    public IReadOnlyList<string>? Services { get; init; }

    /// <summary>Error of CIP; null for none. Volume 1, appendix B.</summary>
    public string? CipStatus { get; init; }

    /// <summary>Sequence number of a connected message.</summary>
    public int? CipSequence { get; init; }

    /// <summary>Identity that the device answered with.</summary>
    public EnipIdentity? Identity { get; init; }

    /// <summary>Maker's number of the identity, as the makers' association gave it.</summary>
    public int? VendorId => Identity?.VendorId;

    /// <summary>Maker of that number, if known.</summary>
    public string? Vendor => Identity is { } known ? EnipNames.Vendor(known.VendorId) : null;

    /// <summary>Device profile of the identity: its name, or else its number.</summary>
    public string? DeviceType => Identity is { } known ? EnipNames.DeviceType(known.DeviceType) ?? known.DeviceType.ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>Maker's number of the product.</summary>
    public int? ProductCode => Identity?.ProductCode;

    /// <summary>Major and minor revision of the product.</summary>
    public string? Revision => Identity?.Revision;

    /// <summary>Serial number, in hexadecimal digits.</summary>
    public string? SerialNumber => Identity?.SerialNumber;

    /// <summary>Name of the product, where only that was asked.</summary>
    public string? ProductName { get; init; }

    /// <summary>The class and attribute asked for, to read the answer by.</summary>
    internal (int? Class, byte Service) Asked { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("pdu_type"u8, PduType);
        row.Text("status"u8, Status);
        row.Text("service"u8, Service);
        row.Text("class"u8, Class);
        row.Number("instance"u8, Instance);
        row.Number("attribute"u8, Attribute);
        row.Text("symbol"u8, Symbol);
        row.Flag("is_write"u8, IsWrite);
        row.Texts("services"u8, Services);
        row.Text("cip_status"u8, CipStatus);
        row.Number("cip_sequence"u8, CipSequence);
        row.Text("product_name"u8, ProductName ?? Identity?.ProductName);
        row.Number("vendor_id"u8, VendorId);
        row.Text("vendor"u8, Vendor);
        row.Text("device_type"u8, DeviceType);
        row.Number("product_code"u8, ProductCode);
        row.Text("revision"u8, Revision);
        row.Text("serial_number"u8, SerialNumber);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (PduType == "REQ") return;
        into.Service();
        const string Origin = "identity object";
        into.Claim(flow.Server, ClaimKind.Model, ProductName ?? Identity?.ProductName, Origin);
        if (Identity is not { } known) return;
        into.Claim(flow.Server, ClaimKind.Vendor, EnipNames.Vendor(known.VendorId), Origin);
        into.Claim(flow.Server, ClaimKind.Firmware, known.Revision, Origin);
        into.Claim(flow.Server, ClaimKind.SerialNumber, known.SerialNumber, Origin);
        into.Claim(flow.Server, ClaimKind.Description, EnipNames.DeviceType(known.DeviceType), Origin);
        if (known.DeviceType == 0x0E) into.Claim(flow.Server, ClaimKind.Role, "plc", Origin);
    }
}

/// <summary>What cyclic data a flow of CIP's connections carried.</summary>
/// <param name="At">Time of the last packet.</param>
/// <param name="Bytes">Where the first lies.</param>
public sealed record CipData(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "cipio";

    /// <summary>Packets with data that the client's side sent.</summary>
    public long ClientPackets { get; init; }

    /// <summary>Packets with data that the server's side sent.</summary>
    public long ServerPackets { get; init; }

    /// <summary>Identifiers of the connections seen, in hexadecimal, at most 16.</summary>
    public IReadOnlyList<string>? Connections { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("client_packets"u8, ClientPackets);
        row.Number("server_packets"u8, ServerPackets);
        row.Texts("connections"u8, Connections);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (ServerPackets > 0) into.Service();
    }
}
