using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Wlan;

/// <summary>One management frame of a radio network. What states the same again is shown again only after ten minutes, farewells after a minute.</summary>
public sealed record WlanManagement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary><c>beacon</c>, <c>probe-request</c>, <c>probe-response</c>, <c>authentication</c>, <c>association-request</c> … <c>deauthentication</c>, <c>disassociation</c>. IEEE 802.11, 9.3.3.</summary>
    public required string Kind { get; init; }

    /// <summary>Hardware address of the sender.</summary>
    public required MacAddress Sender { get; init; }

    /// <summary>Hardware address of the receiver.</summary>
    public required MacAddress Receiver { get; init; }

    /// <summary>Identifier of the network's cell, mostly the access point's address.</summary>
    public required MacAddress Bssid { get; init; }

    /// <summary>Name of the network; absent where it is hidden, or where any is looked for.</summary>
    public string? Ssid { get; init; }

    /// <summary>Whether the network hides its name; present only if so.</summary>
    public bool? IsHidden { get; init; }

    /// <summary>Channel number, 1 to 233.</summary>
    public long? Channel { get; init; }

    /// <summary>Country by whose rules it sends, two letters. 9.4.2.8.</summary>
    public string? Country { get; init; }

    /// <summary>How one gets in: <c>open</c>, <c>wep</c>, <c>wpa-personal</c>, <c>wpa2-personal</c>, <c>wpa2-enterprise</c>, <c>wpa3-personal</c>, <c>wpa3-enterprise-192</c>, <c>owe</c> …; more than one in transition. 9.4.2.24.</summary>
    public IReadOnlyList<string>? Security { get; init; }

    /// <summary>Ciphers between two: <c>ccmp</c>, <c>tkip</c>, <c>gcmp-256</c> …</summary>
    public IReadOnlyList<string>? Ciphers { get; init; }

    /// <summary>Whether frames like this one are protected: <c>required</c> or <c>capable</c>; absent if not, and then anyone can throw out anyone.</summary>
    public string? ManagementProtection { get; init; }

    /// <summary>How it is authenticated: <c>open</c>, <c>shared-key</c>, <c>sae</c>, <c>fast-transition</c>. 9.4.1.1.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Step of the authentication, from 1.</summary>
    public long? Step { get; init; }

    /// <summary>Status of an answer; 0 is success. 9.4.1.9.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Number that the access point gave to the station, 1 to 2,007.</summary>
    public long? AssociationId { get; init; }

    /// <summary>Access point that the station comes from.</summary>
    public MacAddress CurrentAccessPoint { get; init; }

    /// <summary>Why it ends. 9.4.1.7.</summary>
    public long? ReasonCode { get; init; }

    /// <summary>Name of the reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Farewells between the same two that were not shown since the last; absent if none.</summary>
    public long? Unshown { get; init; }

    /// <summary>Whether the frame's content is encrypted; present only if so.</summary>
    public bool? IsProtected { get; init; }

    /// <summary>Name that the device gives itself in Wi-Fi Protected Setup.</summary>
    public string? DeviceName { get; init; }

    /// <summary>Maker, stated there.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Model, stated there.</summary>
    public string? Model { get; init; }

    /// <summary>Number of the model, stated there.</summary>
    public string? ModelNumber { get; init; }

    /// <summary>Serial number, stated there.</summary>
    public string? SerialNumber { get; init; }

    /// <inheritdoc/>
    public override string Log => "wlan";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Mac("sender"u8, Sender);
        row.Mac("receiver"u8, Receiver);
        row.Mac("bssid"u8, Bssid);
        row.Text("ssid"u8, Ssid);
        row.Flag("is_hidden"u8, IsHidden);
        row.Number("channel"u8, Channel);
        row.Text("country"u8, Country);
        row.Texts("security"u8, Security);
        row.Texts("ciphers"u8, Ciphers);
        row.Text("management_protection"u8, ManagementProtection);
        row.Text("algorithm"u8, Algorithm);
        row.Number("step"u8, Step);
        row.Number("status_code"u8, StatusCode);
        row.Number("association_id"u8, AssociationId);
        row.Mac("current_access_point"u8, CurrentAccessPoint);
        row.Number("reason_code"u8, ReasonCode);
        row.Text("reason"u8, Reason);
        row.Number("unshown"u8, Unshown);
        row.Flag("is_protected"u8, IsProtected);
        row.Text("device_name"u8, DeviceName);
        row.Text("manufacturer"u8, Manufacturer);
        row.Text("model"u8, Model);
        row.Text("model_number"u8, ModelNumber);
        row.Text("serial_number"u8, SerialNumber);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (Sender.IsNone || Sender.IsGroup) return;
        Subject sender = Subject.Of(Sender);
        bool isAccessPoint = Kind is "beacon" or "probe-response";
        if (isAccessPoint)
        {
            into.Claim(sender, ClaimKind.Role, "access-point", Kind);
            into.Claim(sender, ClaimKind.AnnouncedService, Ssid is null ? null : $"wlan {Ssid}", Kind);
        }
        // Who looks for networks makes up an address for each search; what joins one keeps it.
        if (!isAccessPoint && Kind != "probe-request") Attach(into);
        if (Sender.IsLocal && Kind == "probe-request") return;
        into.Claim(sender, ClaimKind.FriendlyName, DeviceName, "protected setup");
        into.Claim(sender, ClaimKind.Vendor, Manufacturer, "protected setup");
        into.Claim(sender, ClaimKind.Model, Model, "protected setup");
        into.Claim(sender, ClaimKind.SerialNumber, SerialNumber, "protected setup");
    }

    /// <summary>A station that an access point took in is attached to it as to a switch.</summary>
    private void Attach(ObservationBatch into)
    {
        if (Kind is "association-request" or "reassociation-request")
        {
            into.Claim(Subject.Of(Sender), ClaimKind.Role, "wlan-station", Kind);
            into.Claim(Subject.Of(Sender), ClaimKind.SwitchPort, Ssid is null ? Bssid.ToString() : $"{Bssid} ({Ssid})", Kind);
        }
        else if (Kind is "association-response" or "reassociation-response" && StatusCode == 0 && !Receiver.IsGroup)
        {
            into.Claim(Subject.Of(Receiver), ClaimKind.Role, "wlan-station", Kind);
        }
    }
}
