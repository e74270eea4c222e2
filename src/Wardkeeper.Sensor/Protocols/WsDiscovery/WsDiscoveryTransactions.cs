using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.WsDiscovery;

/// <summary>One endpoint that a datagram of WS-Discovery speaks of, or a search that names none.</summary>
/// <param name="At">Time of its packet.</param>
/// <param name="Bytes">Where the datagram lies.</param>
public sealed record WsDiscoveryMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ws_discovery";

    /// <summary><c>hello</c>, <c>bye</c>, <c>probe</c>, <c>probe_matches</c>, <c>resolve</c> or <c>resolve_matches</c>. WS-Discovery 1.1, 4 to 6.</summary>
    public required string Kind { get; init; }

    /// <summary>Version of the namespace: <c>2009/01</c> for WS-Discovery 1.1, <c>2005/04</c> for the one before, which Windows and ONVIF use.</summary>
    public required string Version { get; init; }

    /// <summary>Id of the message. WS-Addressing 1.0, 3.1.</summary>
    public string? MessageId { get; init; }

    /// <summary>Id of the message that is answered.</summary>
    public string? RelatesTo { get; init; }

    /// <summary>Which run of the sender this is; it grows when the sender restarts. WS-Discovery 1.1, 7.</summary>
    public long? InstanceId { get; init; }

    /// <summary>Address that stays the same for the device's life, mostly <c>urn:uuid:…</c>. WS-Discovery 1.1, 2.6.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Hardware address that the endpoint's UUID was made from. RFC 9562, 5.1.</summary>
    public MacAddress EndpointMac => WsDiscoveryNames.Mac(Endpoint);

    /// <summary>Types it has or that are searched for, at most 16; prefixes are <c>dpws</c>, <c>mdpws</c> (medical), <c>onvif</c>, <c>pub</c>, <c>wprt</c>, <c>wscn</c>, or the sender's own.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Scopes it lies in or that are searched, at most 16, patients masked: place and purpose of an SDC device, name and hardware of a camera.</summary>
    public IReadOnlyList<MaskedText>? Scopes { get; init; }

    /// <summary>URLs at which it is spoken to, at most 16.</summary>
    public IReadOnlyList<string>? Xaddrs { get; init; }

    /// <summary>Version of its metadata; it grows with every change.</summary>
    public long? MetadataVersion { get; init; }

    /// <summary>Endpoints in the datagram: one that speaks of several speaks for others.</summary>
    internal int Matches { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("version"u8, Version);
        row.Text("message_id"u8, MessageId);
        row.Text("relates_to"u8, RelatesTo);
        row.Number("instance_id"u8, InstanceId);
        row.Text("endpoint"u8, Endpoint);
        row.Mac("endpoint_mac"u8, EndpointMac);
        row.Texts("types"u8, Types);
        row.Texts("scopes"u8, Scopes);
        row.Texts("xaddrs"u8, Xaddrs);
        row.Number("metadata_version"u8, MetadataVersion);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side);
        if (Kind is "probe" or "resolve")
        {
            if (Types?.Contains("mdpws:MedicalDevice") == true) into.Claim(sender, ClaimKind.Role, "sdc-consumer", "Probe");
            return;
        }
        if (Kind is "probe_matches" or "resolve_matches") into.Service();
        // A discovery proxy answers for many.
        if (Kind == "bye" || Matches > 1) return;
        foreach (string type in Types ?? []) into.Claim(sender, ClaimKind.AnnouncedService, type, "Types");
        if (Types?.Contains("mdpws:MedicalDevice") == true) into.Claim(sender, ClaimKind.Role, "sdc-provider", "Types");
        into.Claim(sender, ClaimKind.Type, WsDiscoveryNames.DeviceType(Types), "Types");
        string[]? scopes = Scopes?.Select(static scope => scope.Value).ToArray();
        into.Claim(sender, ClaimKind.Location, WsDiscoveryNames.Place(scopes) ?? WsDiscoveryNames.Onvif(scopes, "location"), "Scopes");
        into.Claim(sender, ClaimKind.Model, WsDiscoveryNames.Onvif(scopes, "hardware"), "Scopes");
        into.Claim(sender, ClaimKind.FriendlyName, WsDiscoveryNames.Onvif(scopes, "name"), "Scopes");
        if (EndpointMac is { IsNone: false } mac && mac != sender.Mac) into.Claim(sender, ClaimKind.OtherMac, mac.ToString(), "EndpointReference");
    }
}
