using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Lldp;

/// <summary>What a neighbour announced of itself by LLDP. An unchanged announcement is shown again only after ten minutes.</summary>
public sealed record LldpNeighbour(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>What kind of identifier <see cref="ChassisId"/> is: <c>mac</c>, <c>network</c>, <c>interface-name</c>, <c>local</c> … IEEE 802.1AB table 8-2.</summary>
    public string? ChassisIdType { get; internal set; }

    /// <summary>Identifier of the chassis. Section 8.5.2.</summary>
    public string? ChassisId { get; internal set; }

    /// <summary>The chassis ID where it is a hardware address.</summary>
    public MacAddress ChassisMac { get; internal set; }

    /// <summary>What kind of identifier <see cref="PortId"/> is. Table 8-3.</summary>
    public string? PortIdType { get; internal set; }

    /// <summary>The sender's own port. Section 8.5.3.</summary>
    public string? PortId { get; internal set; }

    /// <summary>Seconds for which the announcement holds, 0 to 65,535; 0 takes it back. Section 8.5.4.</summary>
    public long TimeToLive { get; internal set; }

    /// <summary>Description of the port. Section 8.5.5.</summary>
    public string? PortDescription { get; internal set; }

    /// <summary>Name of the system. Section 8.5.6.</summary>
    public string? SystemName { get; internal set; }

    /// <summary>Description of the system, mostly with its software. Section 8.5.7.</summary>
    public string? SystemDescription { get; internal set; }

    /// <summary>What the system can do: <c>bridge</c>, <c>router</c>, <c>wlan-access-point</c>, <c>telephone</c> … Section 8.5.8.</summary>
    public IReadOnlyList<string>? Capabilities { get; internal set; }

    /// <summary>What of that is switched on.</summary>
    public IReadOnlyList<string>? EnabledCapabilities { get; internal set; }

    /// <summary>Addresses by which it is managed, at most 16. Section 8.5.9.</summary>
    public IReadOnlyList<Address> ManagementAddresses => Addresses;

    /// <summary>VLAN id of untagged frames on the port, 0 if there is none. IEEE 802.1Q annex D.2.1.</summary>
    public long? PortVlan { get; internal set; }

    /// <summary>VLANs of the port as id and name, at most 16. IEEE 802.1Q annex D.2.3.</summary>
    public IReadOnlyList<string> VlanNames => Vlans;

    /// <summary>Device class: 1 endpoint, 2 media endpoint, 3 communication device (telephone), 4 network device. ANSI/TIA-1057 section 10.2.2.</summary>
    public long? MedClass { get; internal set; }

    /// <summary>Hardware revision. ANSI/TIA-1057 section 10.2.6.</summary>
    public string? HardwareRevision { get; internal set; }

    /// <summary>Firmware revision.</summary>
    public string? FirmwareRevision { get; internal set; }

    /// <summary>Software revision.</summary>
    public string? SoftwareRevision { get; internal set; }

    /// <summary>Serial number.</summary>
    public string? SerialNumber { get; internal set; }

    /// <summary>Manufacturer.</summary>
    public string? Manufacturer { get; internal set; }

    /// <summary>Model.</summary>
    public string? Model { get; internal set; }

    /// <summary>Asset identifier that the owner gave it.</summary>
    public string? AssetId { get; internal set; }

    /// <inheritdoc/>
    public override string Log => "lldp";

    internal List<Address> Addresses { get; } = [];

    internal List<string> Vlans { get; } = [];

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("chassis_id_type"u8, ChassisIdType);
        row.Text("chassis_id"u8, ChassisId);
        row.Text("port_id_type"u8, PortIdType);
        row.Text("port_id"u8, PortId);
        row.Number("ttl"u8, TimeToLive);
        row.Text("port_description"u8, PortDescription);
        row.Text("system_name"u8, SystemName);
        row.Text("system_description"u8, SystemDescription);
        row.Texts("capabilities"u8, Capabilities);
        row.Texts("enabled_capabilities"u8, EnabledCapabilities);
        row.Texts("management_addresses"u8, ManagementAddresses.Count == 0 ? null : [.. ManagementAddresses.Select(address => address.ToString())]);
        row.Number("port_vlan"u8, PortVlan);
        row.Texts("vlans"u8, VlanNames.Count == 0 ? null : VlanNames);
        row.Number("med_class"u8, MedClass);
        row.Text("hardware_revision"u8, HardwareRevision);
        row.Text("firmware_revision"u8, FirmwareRevision);
        row.Text("software_revision"u8, SoftwareRevision);
        row.Text("serial_number"u8, SerialNumber);
        row.Text("manufacturer"u8, Manufacturer);
        row.Text("model"u8, Model);
        row.Text("asset_id"u8, AssetId);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = Subject.Of(flow.At(Bytes.Side).Mac, vlan: flow.Vlan);
        into.Claim(sender, SystemName is { } name && name.Contains(' ', StringComparison.Ordinal) ? ClaimKind.FriendlyName : ClaimKind.HostName, SystemName, "system name");
        into.Claim(sender, ClaimKind.Description, SystemDescription, "system description");
        into.Claim(sender, ClaimKind.Vendor, Manufacturer, "inventory manufacturer");
        into.Claim(sender, ClaimKind.Model, Model, "inventory model");
        into.Claim(sender, ClaimKind.SerialNumber, SerialNumber, "inventory serial number");
        into.Claim(sender, ClaimKind.Firmware, FirmwareRevision, "inventory firmware revision");
        into.Claim(sender, ClaimKind.Software, SoftwareRevision, "inventory software revision");
        into.Claim(sender, ClaimKind.SwitchPort, string.IsNullOrWhiteSpace(PortDescription) || PortDescription == PortId ? PortId : $"{PortId} ({PortDescription})", "own port");
        if (EnabledCapabilities is { } enabled)
        {
            foreach (string role in Roles(enabled)) into.Claim(sender, ClaimKind.Role, role, "enabled capabilities");
        }
        if (!ChassisMac.IsNone && !ChassisMac.IsGroup && ChassisMac != sender.Mac) into.Claim(sender, ClaimKind.OtherMac, ChassisMac.ToString(), "chassis id");
        // The address is the chassis'; a port's hardware address is only the next best to bind it to.
        MacAddress owner = ChassisMac.IsNone || ChassisMac.IsGroup ? sender.Mac : ChassisMac;
        foreach (Address address in Addresses) Bind(Subject.Of(owner, address, flow.Vlan), "management address", into);
        if (ChassisIdType == "network" && Address.TryParse(ChassisId, out Address own)) Bind(Subject.Of(sender.Mac, own, flow.Vlan), "chassis id", into);
    }

    private static void Bind(Subject subject, string origin, ObservationBatch into)
    {
        if (!subject.Ip.IsUnspecified && !subject.Ip.IsMulticastOrBroadcast) into.Claim(subject, ClaimKind.AddressBinding, subject.Ip.ToString(), origin);
    }

    // A telephone or an access point bridges to its second port; that does not make a switch of it.
    private static IEnumerable<string> Roles(IReadOnlyList<string> enabled)
    {
        bool isTelephone = enabled.Contains("telephone"), isAccessPoint = enabled.Contains("wlan-access-point");
        if (isTelephone) yield return "telephone";
        if (isAccessPoint) yield return "access-point";
        if (enabled.Contains("router")) yield return "router";
        if (enabled.Contains("bridge") && !isTelephone && !isAccessPoint) yield return "switch";
    }
}
