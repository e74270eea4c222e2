using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Eapol;

/// <summary>One frame of access control. An identical one in the same conversation is shown again only after ten minutes.</summary>
public sealed record EapolFrame(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Version of the protocol, 1 to 3.</summary>
    public required long Version { get; init; }

    /// <summary>Type: <c>eap</c>, <c>start</c>, <c>logoff</c>, <c>key</c>, <c>mka</c> (keys for encrypted Ethernet) … IEEE 802.1X, table 11-3.</summary>
    public required string Type { get; init; }

    /// <summary><c>request</c>, <c>response</c>, <c>success</c>, <c>failure</c>, <c>initiate</c> or <c>finish</c>. RFC 3748, 4.</summary>
    public string? EapCode { get; init; }

    /// <summary>Number that an answer repeats, 0 to 255.</summary>
    public long? EapId { get; init; }

    /// <summary>Method: <c>identity</c>, <c>nak</c>, <c>tls</c>, <c>peap</c>, <c>ttls</c>, <c>md5</c>, <c>wps</c> … RFC 3748, 5.</summary>
    public string? Method { get; init; }

    /// <summary>Who says to be asking, in clear; with a tunnelled method often not the true name. RFC 3748, 5.1.</summary>
    public string? Identity { get; init; }

    /// <summary>Methods that it would take instead, at most 16. RFC 3748, 5.3.</summary>
    public IReadOnlyList<string>? WantedMethods { get; init; }

    /// <summary>Kind of key frame: <c>rsn</c>, <c>wpa</c> or <c>rc4</c>. IEEE 802.11, 12.7.2.</summary>
    public string? KeyDescriptor { get; init; }

    /// <summary>Message of the handshake: <c>1/4</c> to <c>4/4</c>, <c>group 1/2</c>, <c>group 2/2</c>. IEEE 802.11, 12.7.6 and 12.7.7.</summary>
    public string? KeyMessage { get; init; }

    /// <summary>Replay counter of a key frame.</summary>
    public long? ReplayCounter { get; init; }

    /// <summary>Whether it names the master key in clear, from which a weak password can be guessed elsewhere; present only if so.</summary>
    public bool? HasPmkid { get; init; }

    /// <summary>Whether the station asks for a handshake; present only if so.</summary>
    public bool? IsRequest { get; init; }

    /// <summary>Whether it reports a frame with a wrong check; present only if so.</summary>
    public bool? IsError { get; init; }

    /// <inheritdoc/>
    public override string Log => "eapol";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Text("type"u8, Type);
        row.Text("eap_code"u8, EapCode);
        row.Number("eap_id"u8, EapId);
        row.Text("method"u8, Method);
        row.Text("identity"u8, Identity);
        row.Texts("wanted_methods"u8, WantedMethods);
        row.Text("key_descriptor"u8, KeyDescriptor);
        row.Text("key_message"u8, KeyMessage);
        row.Number("replay_counter"u8, ReplayCounter);
        row.Flag("has_pmkid"u8, HasPmkid);
        row.Flag("is_request"u8, IsRequest);
        row.Flag("is_error"u8, IsError);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = Subject.Of(flow.At(Bytes.Side).Mac, vlan: flow.Vlan);
        // A machine names itself by its account or its certificate; what a person types is no attribute of the device.
        if (Identity is { } identity && identity.StartsWith("host/", StringComparison.OrdinalIgnoreCase)) into.Claim(sender, ClaimKind.HostName, identity["host/".Length..], "EAP identity");
        if (EapCode is "request" or "success" or "failure") into.Claim(sender, ClaimKind.Role, "authenticator", "EAP");
        else if (Type == "start" || EapCode == "response") into.Claim(sender, ClaimKind.Role, "supplicant", "EAP");
    }
}
