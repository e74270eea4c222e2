using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Profinet;

/// <summary>One message of PROFINET's discovery and configuration. The same one is shown again only after ten minutes.</summary>
/// <param name="At">Time of the frame.</param>
/// <param name="Bytes">The frame.</param>
public sealed record DcpMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "pn_dcp";

    /// <summary><c>identify</c>, <c>get</c>, <c>set</c> or <c>hello</c>.</summary>
    public required string Service { get; init; }

    /// <summary><c>request</c>, <c>response</c>, or <c>unsupported</c> for a request that is refused.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the station, the sender's or the one that is looked for or given.</summary>
    public string? StationName { get; internal set; }

    /// <summary>Type of the station, as its maker calls it.</summary>
    public string? StationType { get; internal set; }

    /// <summary>Number of the maker, as PROFIBUS International gives them.</summary>
    public int? VendorId { get; internal set; }

    /// <summary>Number of the device with its maker.</summary>
    public int? DeviceId { get; internal set; }

    /// <summary>Roles: <c>io-device</c>, <c>io-controller</c>, <c>io-multidevice</c>, <c>io-supervisor</c>.</summary>
    public IReadOnlyList<string>? Roles { get; internal set; }

    /// <summary>Address of the station, the sender's or the one it is given.</summary>
    public Address Ip { get; internal set; }

    /// <summary>Network mask.</summary>
    public Address Mask { get; internal set; }

    /// <summary>Gateway.</summary>
    public Address Gateway { get; internal set; }

    /// <summary>What a station is told: <c>signal</c>, <c>factory-reset</c> …</summary>
    public string? Control { get; internal set; }

    /// <summary>Error of a setting that was refused, 1 to 6.</summary>
    public int? Error { get; internal set; }

    /// <summary>Side that sent it.</summary>
    internal Side Speaker { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("service"u8, Service);
        row.Text("kind"u8, Kind);
        row.Text("station_name"u8, StationName);
        row.Text("station_type"u8, StationType);
        row.Number("vendor_id"u8, VendorId);
        row.Number("device_id"u8, DeviceId);
        row.Texts("roles"u8, Roles);
        row.Address("ip"u8, Ip);
        row.Address("mask"u8, Mask);
        row.Address("gateway"u8, Gateway);
        row.Text("control"u8, Control);
        row.Number("error"u8, Error);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        // A request names whom it looks for, and not its sender.
        bool isOwn = Service == "hello" || (Kind == "response" && Service is "identify" or "get");
        if (!isOwn) return;
        string origin = "DCP " + Service;
        Subject speaker = Subject.Of(flow.At(Speaker).Mac, Ip, flow.Vlan);
        if (!Ip.IsNone) into.Claim(Subject.Of(speaker.Mac, default, flow.Vlan), ClaimKind.AddressBinding, Ip.ToString(), origin);
        into.Claim(speaker, ClaimKind.HostName, StationName, origin);
        into.Claim(speaker, ClaimKind.Model, StationType, origin);
        if (VendorId is 0x002A) into.Claim(speaker, ClaimKind.Vendor, "Siemens", origin);
        else if (VendorId is 0x00B0) into.Claim(speaker, ClaimKind.Vendor, "Phoenix Contact", origin);
        if (VendorId is not null) into.Claim(speaker, ClaimKind.Description, string.Create(CultureInfo.InvariantCulture, $"PROFINET vendor {VendorId:x4} device {DeviceId:x4}"), origin);
        foreach (string role in Roles ?? []) into.Claim(speaker, ClaimKind.Role, "profinet-" + role, origin);
    }
}
