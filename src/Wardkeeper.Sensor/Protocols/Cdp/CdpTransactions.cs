using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Cdp;

/// <summary>What a neighbour announced of itself by CDP. An unchanged announcement is shown again only after ten minutes.</summary>
public sealed record CdpNeighbour(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Version of the protocol, 1 or 2.</summary>
    public required long Version { get; init; }

    /// <summary>Seconds for which the announcement holds, 0 to 255.</summary>
    public required long TimeToLive { get; init; }

    /// <summary>Name or serial number of the device. Type 0x0001.</summary>
    public string? DeviceId { get; internal set; }

    /// <summary>System name. Type 0x0014.</summary>
    public string? SystemName { get; internal set; }

    /// <summary>The sender's own port. Type 0x0003.</summary>
    public string? PortId { get; internal set; }

    /// <summary>Maker and model. Type 0x0006.</summary>
    public string? Platform { get; internal set; }

    /// <summary>Text of the software's version. Type 0x0005.</summary>
    public string? SoftwareVersion { get; internal set; }

    /// <summary>What it does: <c>router</c>, <c>switch</c>, <c>telephone</c>, <c>host</c> … Type 0x0004.</summary>
    public IReadOnlyList<string>? Capabilities { get; internal set; }

    /// <summary>Its addresses and management addresses, at most 16. Types 0x0002 and 0x0016.</summary>
    public IReadOnlyList<Address> Addresses => Found;

    /// <summary>VLAN id of untagged frames on the port. Type 0x000a.</summary>
    public long? NativeVlan { get; internal set; }

    /// <summary>VLAN id for telephones. Type 0x000e.</summary>
    public long? VoiceVlan { get; internal set; }

    /// <summary>Whether the port runs in full duplex. Type 0x000b.</summary>
    public bool? IsFullDuplex { get; internal set; }

    /// <summary>Management domain of its VLANs. Type 0x0009.</summary>
    public string? VtpDomain { get; internal set; }

    /// <summary>Where it stands. Type 0x0017.</summary>
    public string? Location { get; internal set; }

    /// <inheritdoc/>
    public override string Log => "cdp";

    internal List<Address> Found { get; } = [];

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Number("ttl"u8, TimeToLive);
        row.Text("device_id"u8, DeviceId);
        row.Text("system_name"u8, SystemName);
        row.Text("port_id"u8, PortId);
        row.Text("platform"u8, Platform);
        row.Text("software_version"u8, SoftwareVersion);
        row.Texts("capabilities"u8, Capabilities);
        row.Texts("addresses"u8, Addresses.Count == 0 ? null : [.. Addresses.Select(address => address.ToString())]);
        row.Number("native_vlan"u8, NativeVlan);
        row.Number("voice_vlan"u8, VoiceVlan);
        row.Flag("is_full_duplex"u8, IsFullDuplex);
        row.Text("vtp_domain"u8, VtpDomain);
        row.Text("location"u8, Location);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = Subject.Of(flow.At(Bytes.Side).Mac, vlan: flow.Vlan);
        into.Claim(sender, ClaimKind.HostName, SystemName ?? DeviceId, SystemName is null ? "device id" : "system name");
        into.Claim(sender, ClaimKind.Software, SoftwareVersion, "software version");
        into.Claim(sender, ClaimKind.Location, Location, "location");
        into.Claim(sender, ClaimKind.SwitchPort, PortId, "own port");
        bool isCisco = Platform is { } platform && platform.StartsWith("cisco ", StringComparison.OrdinalIgnoreCase);
        if (isCisco) into.Claim(sender, ClaimKind.Vendor, "Cisco", "platform");
        into.Claim(sender, ClaimKind.Model, isCisco ? Platform!["cisco ".Length..] : Platform, "platform");
        if (Capabilities is { } capabilities)
        {
            bool isTelephone = capabilities.Contains("telephone");
            if (isTelephone) into.Claim(sender, ClaimKind.Role, "telephone", "capabilities");
            if (capabilities.Contains("router")) into.Claim(sender, ClaimKind.Role, "router", "capabilities");
            // A telephone switches to its second port; that does not make a switch of it.
            if (capabilities.Contains("switch") && !isTelephone) into.Claim(sender, ClaimKind.Role, "switch", "capabilities");
        }
        foreach (Address address in Found)
        {
            if (!address.IsUnspecified && !address.IsMulticastOrBroadcast) into.Claim(Subject.Of(sender.Mac, address, flow.Vlan), ClaimKind.AddressBinding, address.ToString(), "addresses");
        }
    }
}
